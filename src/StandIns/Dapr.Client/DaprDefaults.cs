using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Endpoints and tokens from configuration first, then from the environment of the process.</summary>
public static class DaprDefaults
{
    private const string Host = "localhost";

    /// <summary>Token that the application sends to its sidecar (<c>DAPR_API_TOKEN</c>); empty when unset.</summary>
    public static string GetDefaultDaprApiToken(IConfiguration? configuration) => Value(configuration, "DAPR_API_TOKEN") ?? string.Empty;

    /// <summary>Token that the sidecar sends to the application (<c>APP_API_TOKEN</c>); empty when unset.</summary>
    public static string GetDefaultAppApiToken(IConfiguration? configuration) => Value(configuration, "APP_API_TOKEN") ?? string.Empty;

    /// <summary><c>DAPR_HTTP_ENDPOINT</c>, else localhost with <c>DAPR_HTTP_PORT</c>, else port 3500.</summary>
    public static string GetDefaultHttpEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, "DAPR_HTTP_ENDPOINT", "DAPR_HTTP_PORT", "3500");

    /// <summary><c>DAPR_GRPC_ENDPOINT</c>, else localhost with <c>DAPR_GRPC_PORT</c>, else port 50001.</summary>
    public static string GetDefaultGrpcEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, "DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT", "50001");

    private static string Endpoint(IConfiguration? configuration, string endpointName, string portName, string defaultPort) =>
        Value(configuration, endpointName) ?? $"http://{Host}:{Value(configuration, portName) ?? defaultPort}";

    private static string? Value(IConfiguration? configuration, string name)
    {
        var configured = configuration?[name];
        if (!string.IsNullOrWhiteSpace(configured)) return configured;
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}
