namespace McpMesh.DevIdp;

/// <summary>Where the development IdP finds its things.</summary>
public sealed record DevIdpOptions
{
    /// <summary>Path of idp.yaml (<c>MESH_IDP_CONFIG</c>).</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>Folder for signing keys and refresh tokens (<c>MESH_DATA</c>/idp).</summary>
    public required string DataFolder { get; init; }

    /// <summary>Bearer token for <c>/admin</c> (<c>MESH_IDP_ADMIN_TOKEN</c>); null closes it.</summary>
    public string? AdminToken { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads the process's environment.</summary>
    public static DevIdpOptions FromEnvironment() => new()
    {
        ConfigurationPath = Environment.GetEnvironmentVariable("MESH_IDP_CONFIG") ?? Path.Combine("config", "idp", "idp.yaml"),
        DataFolder = Path.Combine(Environment.GetEnvironmentVariable("MESH_DATA") ?? ".mesh", "idp"),
        AdminToken = Environment.GetEnvironmentVariable("MESH_IDP_ADMIN_TOKEN"),
    };
}
