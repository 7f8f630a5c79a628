using McpMesh.AppHost.Dapr;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost;

/// <summary>What the processes of the mesh are told through their environment.</summary>
internal sealed class MeshEnvironment(MeshSettings settings, DataFolder data, DaprControlPlane controlPlane)
{
    public MeshSettings Settings { get; } = settings;

    public DataFolder Data { get; } = data;

    public DaprControlPlane ControlPlane { get; } = controlPlane;

    /// <summary>Known once all services are in the model.</summary>
    public PublicEndpoints? PublicEndpoints { get; set; }

    /// <summary>Variables of every service.</summary>
    public void AddTo(IDictionary<string, object> variables)
    {
        variables["MESH_CONFIG"] = Settings.Config;
        variables["MESH_ENVIRONMENT"] = Settings.Environment;
        variables["MESH_DATA"] = Data.Path;
        variables["MESH_SHOP_DATA"] = Data.Shop;
        if (PublicEndpoints is { } endpoints)
        {
            variables["MESH_AS_URL"] = endpoints.TokenExchange;
            variables["MESH_IDP_URL"] = endpoints.Idp;
            variables["MESH_GATEWAY_URL"] = endpoints.Gateway;
        }

        AddProcessDefaults(variables);
    }

    /// <summary>Variables of every sidecar.</summary>
    public void AddToSidecar(IDictionary<string, object> variables)
    {
        variables["MESH_DATA"] = Data.Path;
        variables["MESH_STATE_CONNECTION"] = $"data source={Data.File("state.db")}";
        variables["MESH_PUBSUB_CONNECTION"] = $"data source={Data.File("pubsub.db")}";
        variables["MESH_NAMES_CONNECTION"] = $"data source={Data.File("names.db")}";
        variables["MESH_SECRETS_FILE"] = Data.SecretsFile;
        // Under which address a daprd makes itself known to the others, as `dapr run` sets it.
        variables["DAPR_HOST_IP"] = "127.0.0.1";
        AddProcessDefaults(variables);
    }

    // Twenty processes share a developer's machine: one heap each, no instrumented tier while they start, and a worker without work sleeps
    // at once. By default it spins first, which on two cores took a third of a sidecar's time from those that had work.
    private static void AddProcessDefaults(IDictionary<string, object> variables)
    {
        variables["DOTNET_gcServer"] = "0";
        variables["DOTNET_TieredPGO"] = "0";
        variables["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        // No service has settings that change in a file; a watch each is a tenth of what a user may have.
        variables["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
    }
}
