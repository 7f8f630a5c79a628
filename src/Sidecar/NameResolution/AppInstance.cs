namespace McpMesh.Sidecar.NameResolution;

/// <summary>One running sidecar of an app.</summary>
/// <param name="InstanceId">New with each start of the process.</param>
/// <param name="BaseAddress">Its internal port.</param>
internal sealed record AppInstance(string AppId, string InstanceId, string BaseAddress)
{
    /// <summary>What this sidecar shows to that one; made once.</summary>
    public string? Proof { get; set; }
}
