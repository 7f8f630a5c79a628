using System.Net;
using System.Net.Sockets;
using McpMesh.Identity.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpMesh.DevIdp.Tests;

/// <summary>
/// The whole IdP on real Kestrel at a port that the system chose. Its issuer is a name of its own; clients reach it because their
/// connections
/// lead to that port, as behind a proxy.
/// </summary>
internal sealed class RunningIdp : IAsyncDisposable
{
    public const string Issuer = "http://idp.example.test";
    public const string AdminToken = "admin-token-for-tests";

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("devidp-");
    private readonly List<HttpClient> _clients = [];
    private WebApplication? _app;
    private int _port;

    private RunningIdp(string yaml) => File.WriteAllText(ConfigurationPath, yaml);

    public string ConfigurationPath => Path.Combine(_folder.FullName, "idp.yaml");

    public string DataFolder => Path.Combine(_folder.FullName, "data");

    public AdjustableTime Time { get; } = new();

    public CapturedLog Log { get; } = new();

    public HttpClient Http => field ??= Client(new CookieContainer());

    public static async Task<RunningIdp> StartAsync(string? yaml = null)
    {
        var idp = new RunningIdp(yaml ?? TestDirectory.Yaml());
        try
        {
            await idp.StartAgainAsync();
            return idp;
        }
        catch
        {
            await idp.DisposeAsync();
            throw;
        }
    }

    public async Task StopAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Stops and starts the process's application on the same files.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public void Rewrite(string yaml) => File.WriteAllText(ConfigurationPath, yaml);

    /// <summary>A browser: it keeps cookies and shows every redirect.</summary>
    public Browser OpenBrowser() => new(Client(new CookieContainer()));

    public async Task<JsonWebKeySet> KeysAsync() => JsonWebKeySet.Parse(await Http.GetByteArrayAsync("/jwks"));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var client in _clients) client.Dispose();
        _folder.Delete(recursive: true);
    }

    private HttpClient Client(CookieContainer cookies)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = cookies,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = new Uri(Issuer) };
        _clients.Add(client);
        return client;
    }

    private async Task StartAgainAsync()
    {
        var options = new DevIdpOptions
        {
            ConfigurationPath = ConfigurationPath,
            DataFolder = DataFolder,
            AdminToken = AdminToken,
            Time = Time,
        };
        _app = DevIdpApplication.Build(["--urls", "http://127.0.0.1:0"], options, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<ILoggerProvider>(Log);
        });
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }
}
