using System.Net.Http.Headers;

namespace McpMesh.Samples.Agent;

/// <summary>Sends the agent's access token on the path through the sidecar, whose URL is not the OAuth resource's.</summary>
internal sealed class BearerHandler(SessionTokens tokens, string? sidecarToken, HttpMessageHandler connections)
    : DelegatingHandler(connections)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        if (sidecarToken is not null) request.Headers.TryAddWithoutValidation("dapr-api-token", sidecarToken);
        return base.SendAsync(request, cancellationToken);
    }
}
