using McpMesh.Configuration;

namespace McpMesh.AppHost.Start;

/// <summary>Reads mesh.yaml before anything starts: one error in one place, not one from every process that cannot read it.</summary>
internal static class ConfigurationCheck
{
    // What the mesh's addresses and folders will be is not known yet; that they will be there is.
    private static readonly Dictionary<string, string> GivenToServices = new(StringComparer.Ordinal)
    {
        ["MESH_AS_URL"] = "http://127.0.0.1:8081",
        ["MESH_IDP_URL"] = "http://127.0.0.1:8090",
        ["MESH_GATEWAY_URL"] = "http://127.0.0.1:8080",
        ["MESH_DATA"] = ".mesh",
        ["MESH_SHOP_DATA"] = ".mesh/shop",
    };

    /// <exception cref="MeshStartException">Lists every error: file, line, field and rule.</exception>
    public static void ThrowIfInvalid(MeshSettings settings)
    {
        try
        {
            MeshFile.Load(
                settings.Config,
                settings.Environment,
                name => GivenToServices.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name));
        }
        catch (MeshConfigurationException refused)
        {
            throw new MeshStartException(refused.Message);
        }
    }
}
