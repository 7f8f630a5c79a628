using Dapr;
using Microsoft.Extensions.Configuration;

namespace StandIns.Tests.Dapr;

public sealed class DaprDefaultsTests
{
    [Fact]
    public void An_endpoint_beats_a_port_and_a_port_beats_the_default()
    {
        Assert.Equal("http://127.0.0.1:9", DaprDefaults.GetDefaultHttpEndpoint(
            Configuration(("DAPR_HTTP_ENDPOINT", "http://127.0.0.1:9"), ("DAPR_HTTP_PORT", "8"))));
        Assert.Equal("http://localhost:8", DaprDefaults.GetDefaultHttpEndpoint(Configuration(("DAPR_HTTP_PORT", "8"))));
        Assert.Equal("http://localhost:7", DaprDefaults.GetDefaultGrpcEndpoint(Configuration(("DAPR_GRPC_PORT", "7"))));
    }

    [Fact]
    public void Tokens_come_from_configuration()
    {
        Assert.Equal("a", DaprDefaults.GetDefaultDaprApiToken(Configuration(("DAPR_API_TOKEN", "a"))));
        Assert.Equal("b", DaprDefaults.GetDefaultAppApiToken(Configuration(("APP_API_TOKEN", "b"))));
    }

    private static IConfigurationRoot Configuration(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create<string, string?>(value.Name, value.Value)))
        .Build();
}
