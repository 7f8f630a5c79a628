using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using CommunityToolkit.Aspire.Hosting.Dapr;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace McpMesh.AppHost.Tests.Model;

/// <summary>dapr.yaml and the AppHost describe the same mesh.</summary>
public sealed class DaprRunFileTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly DaprRunFile _file = DaprRunFile.Read(Path.Combine(Repository.Root, "dapr.yaml"));
    private IDistributedApplicationTestingBuilder _model = null!;

    public async Task InitializeAsync() => _model = await DistributedApplicationTestingBuilder.CreateAsync<Program>(["--data", _data.Path]);

    async Task IAsyncLifetime.DisposeAsync() => await _model.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Both_have_the_same_apps_on_the_same_ports()
    {
        var modelled = Sidecars().Select(sidecar => (sidecar.Options.AppId, sidecar.Port)).Append(("agent", null));

        Assert.Equal(modelled.Order(), _file.Apps.Select(app => ((string?)app.AppId, app.AppPort)).Order());
    }

    [Fact]
    public void Both_give_a_sidecar_the_same_limits_and_configuration()
    {
        foreach (var (_, options, _) in Sidecars())
        {
            Assert.Equal(_file.Common.MaxBodySize, options.DaprMaxBodySize);
            Assert.Equal(_file.Common.ReadBufferSize, options.DaprReadBufferSize);
            Assert.Equal(ConfigurationInFile(options.AppId!), OnDaprd().DaprConfigurationOf(options.AppId!));
        }
    }

    [Fact]
    public async Task Both_give_the_agents_sidecar_the_same_configuration()
    {
        var agent = _model.Resources.Single(resource => resource.Name == "agent");
        var arguments = new List<object>();
        foreach (var annotation in agent.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, agent));

        Assert.Equal(ConfigurationInFile("agent"), arguments[arguments.IndexOf("--config") + 1]);
    }

    [Fact]
    public void Only_token_exchange_has_a_configuration_of_its_own()
    {
        var configurations = Sidecars()
            .ToDictionary(sidecar => sidecar.Options.AppId!, sidecar => Path.GetFileName(sidecar.Options.Config));

        Assert.Equal("token-exchange.yaml", configurations["token-exchange"]);
        Assert.All(configurations.Where(known => known.Key != "token-exchange"), known => Assert.Equal("default.yaml", known.Value));
    }

    [Fact]
    public void The_components_have_the_same_names_and_kinds_on_either_engine()
    {
        var ours = Assert.Single(Sidecars().SelectMany(sidecar => sidecar.Options.ResourcesPaths).Distinct());
        var theirs = Assert.Single(_file.Common.ResourcesPaths);

        Assert.Equal(Components(ours), Components(Path.Combine(Repository.Root, theirs)));
    }

    [Fact]
    public void Both_run_the_same_project_under_an_app_id()
    {
        foreach (var (resource, options, port) in Sidecars())
        {
            var app = _file.Apps.Single(known => known.AppId == options.AppId);
            Assert.Equal(["dotnet", "run", "--project", ".", "--no-launch-profile"], app.Command);
            Assert.Equal(resource.Name, app.Env["APP_ID"]);
            Assert.Equal($"http://127.0.0.1:{port}", app.Env["ASPNETCORE_URLS"]);
            Assert.Equal(resource.Name.StartsWith("adapter-", StringComparison.Ordinal), app.Env.ContainsKey("MESH_SERVER"));
            Assert.Single(Directory.GetFiles(Path.Combine(Repository.Root, app.AppDirPath), "*.csproj"));
        }
    }

    [Fact]
    public void The_gateway_has_two_replicas_and_everything_that_listens_has_a_health_check()
    {
        var gateway = _model.Resources.Single(resource => resource.Name == "gateway");

        Assert.Equal(2, gateway.Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
        Assert.All(
            _model.Resources.Where(resource => resource.Annotations.OfType<EndpointAnnotation>().Any()),
            resource => Assert.Contains(
                resource.Annotations, annotation => annotation.GetType().Name.StartsWith("Http", StringComparison.Ordinal)));
    }

    // dapr.yaml runs on a self-hosted daprd: what counts is which file the AppHost takes there.
    private static MeshSettings OnDaprd() => MeshSettings.From(new ConfigurationManager(), Path.Combine(Repository.Root, "AppHost")) with
    {
        DaprConfigurations = MeshSettings.DaprConfigurationFolders(Repository.Root, selfHosted: true),
    };

    private IEnumerable<(IResource Resource, DaprSidecarOptions Options, int? Port)> Sidecars() =>
        from resource in _model.Resources
        from sidecar in resource.Annotations.OfType<DaprSidecarAnnotation>()
        select (
            resource,
            sidecar.Sidecar.Annotations.OfType<DaprSidecarOptionsAnnotation>().Last().Options,
            resource.Annotations.OfType<EndpointAnnotation>().Single().Port);

    // The Dapr CLI reads a common path from the run file's folder, and an app's own path from the app's folder.
    private string ConfigurationInFile(string appId)
    {
        var app = _file.Apps.Single(known => known.AppId == appId);
        var path = app.ConfigFilePath is { } own
            ? Path.GetFullPath(own, Path.Combine(Repository.Root, app.AppDirPath))
            : Path.GetFullPath(_file.Common.ConfigFilePath!, Repository.Root);
        Assert.True(File.Exists(path), path);
        return path;
    }

    private static string[] Components(string folder) =>
        [.. Directory.GetFiles(folder, "*.yaml").Select(Component).Where(name => name is not null).Order(StringComparer.Ordinal)!];

    private static string? Component(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        if (((YamlScalarNode)root["kind"]).Value != "Component") return null;
        var type = ((YamlScalarNode)root["spec"]["type"]).Value!;
        return $"{((YamlScalarNode)root["metadata"]["name"]).Value} is a {type.Split('.')[0]}";
    }
}
