using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Idp;

/// <inheritdoc/>
internal sealed class IdpClient(HttpClient http, IdpDiscovery discovery, ISecretSource secrets, MeshConfiguration mesh) : IIdpClient
{
    private IdentityProviderConfiguration Idp => mesh.Identity.Idp;

    public Task<IdpTokenResponse> RedeemCodeAsync(string code, string codeVerifier, Uri redirectUri, CancellationToken cancellationToken) =>
        PostAsync(
            [
                new("grant_type", GrantType.AuthorizationCode),
                new("code", code),
                new("redirect_uri", redirectUri.AbsoluteUri),
                new("code_verifier", codeVerifier),
            ],
            cancellationToken);

    public Task<IdpTokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken) =>
        PostAsync([new("grant_type", GrantType.RefreshToken), new("refresh_token", refreshToken)], cancellationToken);

    public async Task<string> GetIdJagAsync(string idToken, string resource, string scope, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(
            [
                new("grant_type", GrantType.TokenExchange),
                new("requested_token_type", GrantType.IdJagTokenType),
                new("audience", Idp.Audience),
                new("resource", resource),
                new("scope", scope),
                new("subject_token", idToken),
                new("subject_token_type", GrantType.IdTokenType),
            ],
            cancellationToken);
        return answer is { IssuedTokenType: GrantType.IdJagTokenType, AccessToken: { Length: > 0 } idJag }
            ? idJag
            : throw new IdpRefusedException("no ID-JAG");
    }

    private async Task<IdpTokenResponse> PostAsync(KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        var metadata = await discovery.GetMetadataAsync(cancellationToken);
        var secret = await secrets.GetAsync(Idp.ClientSecret, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
        var credentials = $"{Uri.EscapeDataString(Idp.ClientId)}:{Uri.EscapeDataString(secret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode >= 500) throw OAuthException.Unavailable("The identity provider");
            var answer = await response.Content.ReadFromJsonAsync(IdpJson.Default.IdpTokenResponse, cancellationToken);
            if (answer is null) throw OAuthException.Unavailable("The identity provider");
            return response.IsSuccessStatusCode ? answer : throw new IdpRefusedException(answer.Error ?? "no reason");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException or NotSupportedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw OAuthException.Unavailable("The identity provider", exception);
        }
    }
}
