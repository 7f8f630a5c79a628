using System.Globalization;
using System.Text.RegularExpressions;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

/// <summary>The mesh's own sidecar as a process, with the local components.</summary>
internal sealed partial class EmbeddedSidecar : IAsyncDisposable
{
    internal const string ApiToken = "test-api-token";
    internal const string AppToken = "test-app-token";

    private readonly ServiceProcess _process;

    private EmbeddedSidecar(ServiceProcess process, string url) => (_process, Url) = (process, url);

    internal string Url { get; }

    /// <summary>Starts a sidecar whose data lies in <paramref name="folder"/>.</summary>
    internal static async Task<EmbeddedSidecar> StartAsync(string appId, int appPort, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "secrets.json"), """{"signing-key":"s3cret"}""");
        var process = ServiceProcess.Start(
            "Sidecar",
            "McpMesh.Sidecar",
            new Dictionary<string, string>
            {
                ["MESH_DATA"] = folder,
                ["MESH_STATE_CONNECTION"] = "data source=" + Path.Combine(folder, "state.db"),
                ["MESH_PUBSUB_CONNECTION"] = "data source=" + Path.Combine(folder, "pubsub.db"),
                ["MESH_SECRETS_FILE"] = Path.Combine(folder, "secrets.json"),
                ["DAPR_API_TOKEN"] = ApiToken,
                ["APP_API_TOKEN"] = AppToken,
            },
            "--app-id", appId,
            "--app-port", appPort.ToString(CultureInfo.InvariantCulture),
            "--dapr-http-port", "0", "--dapr-grpc-port", "0",
            "--resources-path", Path.Combine(ServiceProcess.RepositoryRoot, "components", "local"));
        try
        {
            return new EmbeddedSidecar(process, "http://127.0.0.1:" + await process.LineAsync(Listening));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    internal DaprClient Client() => new DaprClientBuilder().UseHttpEndpoint(Url).UseDaprApiToken(ApiToken).Build();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("HTTP server is running on [^ ]+:([0-9]+)")]
    private static partial Regex Listening { get; }
}
