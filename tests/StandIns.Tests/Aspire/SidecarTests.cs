using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CommunityToolkit.Aspire.Hosting.Dapr;
using StandIns.Tests.Aspire.Probe;

namespace StandIns.Tests.Aspire;

public sealed class SidecarTests : ApplicationTest
{
    [Fact]
    public async Task Each_replica_has_a_sidecar_of_its_own_and_both_know_each_other()
    {
        await StartAsync(model =>
        {
            model.AddDapr(dapr => dapr.DaprPath = ProbeResourceExtensions.Assembly);
            model.AddProbe("shop").WithReplicas(2).WithDaprSidecar("the-shop");
        });
        await AllHealthyAsync("shop", 2);
        await AllHealthyAsync("shop-dapr-cli", 2);

        foreach (var replica in new[] { "shop-1", "shop-2" })
        {
            using var shop = ClientOf(replica);
            var environment = await ReadAsync<Dictionary<string, string>>(shop, "/environment");
            using var sidecar = new HttpClient { BaseAddress = new Uri(environment["DAPR_HTTP_ENDPOINT"]) };
            var args = await ReadAsync<string[]>(sidecar, "/args");

            Assert.Equal("run", args[0]);
            Assert.Equal("the-shop", After(args, "--app-id"));
            Assert.Equal(shop.BaseAddress!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), After(args, "--app-port"));
            Assert.Equal(environment["DAPR_HTTP_PORT"], After(args, "--dapr-http-port"));
            Assert.Equal(environment["DAPR_GRPC_PORT"], After(args, "--dapr-grpc-port"));
            Assert.Equal($"http://127.0.0.1:{environment["DAPR_GRPC_PORT"]}", environment["DAPR_GRPC_ENDPOINT"]);
        }
    }

    [Fact]
    public async Task Options_become_flags_with_full_paths_and_the_sidecar_takes_variables_of_its_own()
    {
        await StartAsync(model =>
        {
            model.AddDapr(dapr => dapr.DaprPath = ProbeResourceExtensions.Assembly);
            model.AddProbe("shop").WithDaprSidecar(sidecar => sidecar
                .WithOptions(new DaprSidecarOptions
                {
                    Config = "config.yaml",
                    ResourcesPaths = ImmutableHashSet.Create("components"),
                    DaprMaxBodySize = "16Mi",
                    DaprReadBufferSize = "64Ki",
                    DaprListenAddresses = "127.0.0.1",
                })
                .WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["STORE"] = "here")));
        });
        await AllHealthyAsync("shop-dapr-cli", 1);

        var args = await AskAsync<string[]>("shop-dapr-cli", "/args");
        var environment = await AskAsync<Dictionary<string, string>>("shop-dapr-cli", "/environment");

        var directory = Path.GetDirectoryName(After(args, "--config"))!;
        Assert.True(File.Exists(Path.Combine(directory, "StandIns.Tests.csproj")));
        Assert.Equal(Path.Combine(directory, "components"), After(args, "--resources-path"));
        Assert.Equal("16Mi", After(args, "--max-body-size"));
        Assert.Equal("64Ki", After(args, "--read-buffer-size"));
        Assert.Equal("127.0.0.1", After(args, "--dapr-listen-addresses"));
        Assert.Equal("shop", After(args, "--app-id"));
        Assert.Equal("http", After(args, "--app-protocol"));
        Assert.Equal("here", environment["STORE"]);
        Assert.False((await AskAsync<Dictionary<string, string>>("shop", "/environment")).ContainsKey("STORE"));
    }

    private HttpClient ClientOf(string replica)
    {
        Assert.True(App.ResourceNotifications.TryGetCurrentState(replica, out var state));
        return new HttpClient { BaseAddress = new Uri(state.Snapshot.Urls.Single(url => url.Name == "http").Url) };
    }

    private async Task<T> ReadAsync<T>(HttpClient client, string path) =>
        (await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<T>(client, path, Limit))!;

    private static string After(string[] args, string flag) => args.SkipWhile(arg => arg != flag).ElementAt(1);
}
