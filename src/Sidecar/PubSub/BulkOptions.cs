namespace McpMesh.Sidecar.PubSub;

/// <summary>Bulk delivery.</summary>
/// <param name="MostMessages">The most messages of one request.</param>
/// <param name="Collect">How long, after a request that was not full, the next one may fill; zero: it goes as soon as there is
/// one message.</param>
internal sealed record BulkOptions(int MostMessages, TimeSpan Collect)
{
    private const int DefaultMessages = 100;
    private const int MostMessagesEver = 1000;
    private static readonly TimeSpan LongestCollect = TimeSpan.FromSeconds(10);

    /// <param name="maxMessagesCount">Null or 0 for the default.</param>
    public static BulkOptions Of(int? maxMessagesCount, int? maxAwaitDurationMs)
    {
        var most = maxMessagesCount is > 0 and var given ? Math.Min(given, MostMessagesEver) : DefaultMessages;
        var collect = TimeSpan.FromMilliseconds(maxAwaitDurationMs is > 0 and var wait ? wait : 0);
        return new BulkOptions(most, collect < LongestCollect ? collect : LongestCollect);
    }
}
