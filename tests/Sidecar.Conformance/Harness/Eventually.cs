namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>Waits for what a black box does not announce.</summary>
internal static class Eventually
{
    /// <param name="isSo">A connection that is refused counts as not yet.</param>
    public static async Task IsSoAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                if (await isSo()) return;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
