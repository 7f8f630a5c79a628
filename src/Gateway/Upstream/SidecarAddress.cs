namespace McpMesh.Gateway.Upstream;

/// <summary>Our Dapr sidecar: where it listens and the token it wants, from the environment Dapr gives every app.</summary>
/// <param name="Endpoint">Base URL of its HTTP API.</param>
/// <param name="ApiToken">Value of <c>dapr-api-token</c>; null when it wants none.</param>
internal sealed record SidecarAddress(Uri Endpoint, string? ApiToken)
{
    private const string DefaultPort = "3500";

    public static SidecarAddress From(IConfiguration configuration)
    {
        var endpoint = configuration["DAPR_HTTP_ENDPOINT"];
        if (string.IsNullOrEmpty(endpoint)) endpoint = $"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"] ?? DefaultPort}";
        var token = configuration["DAPR_API_TOKEN"];
        return new SidecarAddress(new Uri(endpoint.TrimEnd('/') + '/'), string.IsNullOrEmpty(token) ? null : token);
    }

    /// <summary>Where <paramref name="method"/> of the app <paramref name="appId"/> is invoked.</summary>
    public Uri Invocation(string appId, string method) => new(Endpoint, $"v1.0/invoke/{appId}/method/{method}");

    /// <summary>The sidecar's token stays out of logs.</summary>
    public override string ToString() => Endpoint.AbsoluteUri;
}
