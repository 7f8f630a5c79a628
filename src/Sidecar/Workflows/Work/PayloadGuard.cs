namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// What does not fit into one message of <c>--max-body-size</c> cannot reach a worker. 5 % are left for what the message holds besides.
/// </summary>
internal sealed class PayloadGuard(long mostBytes)
{
    private const int Percent = 95;

    public bool Fits(long bytes) => bytes <= mostBytes * Percent / 100;

    public string Describe(string what, long bytes) =>
        $"{what} {bytes} bytes exceeds {Percent}% of max gRPC body size {mostBytes} bytes; increase daprd --max-body-size and restart to "
        + "resume";
}
