namespace McpMesh.Configuration;

/// <summary>Reads YAML strictly: unknown fields, wrong types, duplicate keys and missing required fields are errors with file, line and field.</summary>
public static class MeshFile
{
    /// <summary>
    /// Reads <paramref name="path"/>, lays <c>overlays/{environment}.yaml</c> beside it over it (maps merge, all else replaces), reads
    /// <c>${NAME}</c> and <c>${NAME:-default}</c> from <paramref name="variables"/> (default: the process's environment), binds and validates.
    /// </summary>
    /// <exception cref="MeshConfigurationException">All errors found.</exception>
    public static MeshConfiguration Load(string path, string? environment = null, Func<string, string?>? variables = null) =>
        throw new NotSupportedException();

    /// <summary>Binds any YAML file to <typeparamref name="T"/> with the same strictness (used for the development IdP's users).</summary>
    /// <exception cref="MeshConfigurationException">All errors found.</exception>
    public static T Read<T>(string path, Func<string, string?>? variables = null) => throw new NotSupportedException();
}
