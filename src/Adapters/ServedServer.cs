using McpMesh.Configuration;

namespace McpMesh.Adapters;

/// <summary>The entry of mesh.yaml that this process serves (<c>MESH_SERVER</c>).</summary>
/// <param name="Name">Name of the server; also the emitter of its records and the first part of its methods.</param>
/// <param name="Server">The entry.</param>
/// <param name="Mesh">The whole file.</param>
internal sealed record ServedServer(string Name, ServerConfiguration Server, MeshConfiguration Mesh)
{
    /// <summary>OAuth resource identifier: the only audience accepted here.</summary>
    public string Resource => Server.Resource;

    /// <summary>Settings of the adapter.</summary>
    public AdapterConfiguration Adapter => Server.Adapter!;

    /// <summary>Method and scope of a tool: <c>server.tool</c>.</summary>
    public string MethodOf(string tool) => $"{Name}.{tool}";

    /// <summary>Finds the entry.</summary>
    /// <exception cref="MeshConfigurationException">There is no such entry, or it has no adapter.</exception>
    public static ServedServer Find(MeshConfiguration mesh, string path, string? name)
    {
        if (string.IsNullOrEmpty(name)) throw Invalid("MESH_SERVER", "must name an entry of servers.");
        if (!mesh.Servers.TryGetValue(name, out var server))
            throw Invalid($"servers.{name}", "MESH_SERVER names it, but there is no such entry.");
        if (server.Adapter is null)
            throw Invalid($"servers.{name}.adapter", "is required: MESH_SERVER must name a server that an adapter serves.");
        return new ServedServer(name, server, mesh);

        MeshConfigurationException Invalid(string field, string rule) => new([new MeshConfigurationError(path, 0, 0, field, rule)]);
    }
}
