namespace McpMesh.Sidecar.Metadata;

/// <summary>What the metadata says of actors. They are there for workflows only, in one place: this sidecar is its own placement.</summary>
/// <param name="Types">Those that a worker serves.</param>
internal sealed record ActorRuntimeState(bool IsRunning, IReadOnlyList<string> Types)
{
    public string Status => IsRunning ? "RUNNING" : "DISABLED";

    public bool HostReady => IsRunning;

    public string Placement => IsRunning ? "placement: connected" : "placement: disconnected";
}
