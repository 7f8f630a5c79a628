using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace McpMesh.Interop.Dapr;

/// <summary>Two sidecars with the same components: one of the app <c>orders</c>, which the suite is, one of a caller without an
/// app.</summary>
internal sealed class DaprPair : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interop-dapr-");
    private readonly Dictionary<string, string> _environment = new()
    {
        ["DAPR_API_TOKEN"] = Guid.NewGuid().ToString("N"),
        ["APP_API_TOKEN"] = Guid.NewGuid().ToString("N"),
    };

    private DaprSidecar? _app;
    private DaprSidecar? _caller;

    private DaprPair()
    {
    }

    public DaprSidecar App => _app!;

    public DaprSidecar Caller => _caller!;

    /// <summary>What the suites read.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    public static async Task<DaprPair> StartAsync()
    {
        var pair = new DaprPair();
        try
        {
            await pair.WriteComponentsAsync();
            // The sidecar is told where its app will listen before there is one.
            var appPort = FreePort();
            pair._environment["APP_PORT"] = appPort;
            pair._environment["MESH_NAMES_CONNECTION"] = $"data source={pair.FileIn("names.db")}";
            pair._app = await pair.StartAsync("APP", "--app-id", "orders", "--app-port", appPort);
            pair._caller = await pair.StartAsync("CALLER", "--app-id", "caller");
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_caller is not null) await _caller.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<DaprSidecar> StartAsync(string name, params string[] arguments)
    {
        var sidecar = await DaprSidecar.StartAsync(
            [.. arguments, "--max-body-size", "16Mi", "--resources-path", FileIn("components")], _environment);
        _environment[$"{name}_DAPR_HTTP_PORT"] = sidecar.HttpPort;
        _environment[$"{name}_DAPR_GRPC_PORT"] = sidecar.GrpcPort;
        return sidecar;
    }

    private async Task WriteComponentsAsync()
    {
        _folder.CreateSubdirectory("components");
        await File.WriteAllTextAsync(FileIn("secrets.json"), """{"db-password":"s3cr3t€","mail":{"user":"postman"}}""");
        await WriteComponentAsync(
            "statestore", "state.sqlite", ("connectionString", $"data source={FileIn("state.db")}"), ("actorStateStore", "true"));
        await WriteComponentAsync("pubsub", "pubsub.sqlite", ("connectionString", $"data source={FileIn("pubsub.db")}"));
        await WriteComponentAsync("secrets", "secretstores.local.file", ("secretsFile", FileIn("secrets.json")));
        await File.WriteAllTextAsync(FileIn("components/resiliency.yaml"), """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata:
              name: deliveries
            spec:
              policies:
                retries:
                  four: { policy: constant, duration: 50ms, maxRetries: 4 }
              targets:
                components:
                  pubsub: { inbound: { retry: four } }
            """);
    }

    private Task WriteComponentAsync(string name, string type, params (string Name, string Value)[] metadata) =>
        File.WriteAllTextAsync(FileIn($"components/{name}.yaml"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: {name}
            spec:
              type: {type}
              version: v1
              metadata:
            {string.Join('\n', metadata.Select(item => $"    - name: {item.Name}\n      value: \"{item.Value}\""))}
            """);

    private string FileIn(string name) => Path.Combine(_folder.FullName, name);

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
