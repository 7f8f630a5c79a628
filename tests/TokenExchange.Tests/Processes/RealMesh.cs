using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;

namespace McpMesh.TokenExchange.Tests.Processes;

/// <summary>
/// The mesh AS with its own sidecar, the development IdP, and the gateway's sidecar to call from: five real parts, no stand-in.
/// </summary>
internal sealed class RealMesh : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-as-").FullName;
    private readonly List<RunningProcess> _processes = [];
    private readonly Dictionary<string, string> _environment;
    private readonly string _root = RepositoryRoot();

    private RealMesh()
    {
        (AsUrl, IdpUrl, CallerUrl) = (NewUrl(), NewUrl(), NewUrl());
        (AppToken, DaprToken) = (NewToken(), NewToken());
        var idpSecret = NewToken();
        var secrets = new JsonObject
        {
            ["idp-client-secret"] = idpSecret,
            ["ema-agent-secret"] = NewToken(),
            ["session-key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["signing-key"] = $$"""{"keys":[{{SigningKey.Generate().ToPrivateJwk()}}]}""",
        };
        File.WriteAllText(Path.Combine(_folder, "secrets.json"), secrets.ToJsonString());
        _environment = new()
        {
            ["MESH_CONFIG"] = Path.Combine(_root, "config", "mesh.yaml"),
            ["MESH_IDP_CONFIG"] = Path.Combine(_root, "config", "idp", "idp.yaml"),
            ["MESH_DATA"] = _folder,
            ["MESH_AS_URL"] = AsUrl.OriginalString,
            ["MESH_IDP_URL"] = IdpUrl.OriginalString,
            ["MESH_GATEWAY_URL"] = "http://127.0.0.1:8080",
            ["MESH_IDP_CLIENT_SECRET"] = idpSecret,
            ["MESH_STATE_CONNECTION"] = $"data source={Path.Combine(_folder, "state.db")}",
            ["MESH_PUBSUB_CONNECTION"] = $"data source={Path.Combine(_folder, "pubsub.db")}",
            ["MESH_SECRETS_FILE"] = Path.Combine(_folder, "secrets.json"),
            ["APP_API_TOKEN"] = AppToken,
            ["DAPR_API_TOKEN"] = DaprToken,
        };
    }

    public Uri AsUrl { get; }

    public Uri IdpUrl { get; }

    /// <summary>HTTP API of the gateway's sidecar.</summary>
    public Uri CallerUrl { get; }

    public string AppToken { get; }

    public string DaprToken { get; }

    public string Output => string.Join(Environment.NewLine, _processes.Select(process => process.Output));

    public static async Task<RealMesh> StartAsync()
    {
        var mesh = new RealMesh();
        try
        {
            await mesh.StartPartsAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every byte of the state database and its log, as Latin-1.</summary>
    public string ReadState() => string.Concat(Directory.GetFiles(_folder, "state.db*").Select(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartPartsAsync()
    {
        var asSidecar = NewUrl();
        var idp = Start("DevIdp", [], new() { ["ASPNETCORE_URLS"] = IdpUrl.OriginalString });
        var server = Start("TokenExchange", [], new()
        {
            ["ASPNETCORE_URLS"] = AsUrl.OriginalString,
            ["DAPR_HTTP_PORT"] = $"{asSidecar.Port}",
            ["DAPR_HTTP_ENDPOINT"] = asSidecar.OriginalString,
        });
        Start("Sidecar", Flags("token-exchange", asSidecar, ["--app-port", $"{AsUrl.Port}"]), []);
        var caller = Start("Sidecar", Flags("gateway", CallerUrl, []), []);
        await idp.ReadyAsync(new Uri(IdpUrl, "/health"));
        await server.ReadyAsync(new Uri(AsUrl, "/health"));
        await caller.ReadyAsync(new Uri(CallerUrl, "/v1.0/healthz/outbound"));
    }

    private RunningProcess Start(string project, string[] arguments, Dictionary<string, string> more)
    {
        foreach (var (name, value) in _environment) more.TryAdd(name, value);
        var process = RunningProcess.Start(project, arguments, more);
        _processes.Add(process);
        return process;
    }

    private string[] Flags(string appId, Uri url, string[] more) =>
        ["--app-id", appId, "--dapr-http-port", $"{url.Port}", "--dapr-grpc-port", "0",
            "--resources-path", Path.Combine(_root, "components", "local"), .. more];

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static Uri NewUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "McpMesh.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
