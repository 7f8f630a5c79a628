namespace McpMesh.AuditSink;

/// <summary>Settings of the sink, from the environment.</summary>
internal sealed class AuditSinkOptions
{
    /// <summary>Folder of the mesh's data (<c>MESH_DATA</c>, default <c>.mesh</c>); records go to <c>audit/audit.db</c> in it.</summary>
    public string DataFolder { get; set; } = ".mesh";

    /// <summary>Bearer token of readers (<c>MESH_AUDIT_TOKEN</c>); when null only programs on this machine may read.</summary>
    public string? ReadToken { get; set; }

    internal string DatabasePath => Path.Combine(DataFolder, "audit", "audit.db");

    internal static void Bind(AuditSinkOptions options, IConfiguration configuration)
    {
        if (configuration["MESH_DATA"] is { Length: > 0 } folder) options.DataFolder = folder;
        if (configuration["MESH_AUDIT_TOKEN"] is { Length: > 0 } token) options.ReadToken = token;
    }
}
