namespace McpMesh.Cli.Demo;

/// <summary>One hop, as the audit log tells it: who, by which grant, to whom, under which decision, with which outcome.</summary>
internal sealed record HopRecord(
    int Hop,
    string Subject,
    IReadOnlyList<string> Actors,
    string Audience,
    string Method,
    string IdJagJti,
    string AccessTokenJti,
    string Scope,
    string Decision,
    string Rule,
    string Outcome)
{
    /// <summary>Emitter's clock; orders the rows.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DateTimeOffset Time { get; init; }
}
