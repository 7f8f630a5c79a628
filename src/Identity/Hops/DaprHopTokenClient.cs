using System.Net.Http.Json;
using System.Text.Json;

namespace McpMesh.Identity.Hops;

/// <summary>Posts RFC 8693 parameters to <c>/hop</c> and <c>/delegation</c> of the app <c>token-exchange</c> through Dapr service invocation.</summary>
internal sealed class DaprHopTokenClient(HttpClient http, TimeProvider time) : IHopTokenClient
{
    public async Task<HopToken> ExchangeAsync(HopTokenRequest request, CancellationToken cancellationToken)
    {
        var (answer, succeeded) = await SendAsync("/hop",
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            new("subject_token", request.SubjectToken),
            new("subject_token_type", request.SubjectTokenType),
            new("resource", request.Resource),
            new("scope", request.Scope),
        ], cancellationToken).ConfigureAwait(false);
        if (succeeded && answer is { AccessToken: { Length: > 0 } compact, TokenId: { Length: > 0 } tokenId, ExpiresIn: > 0 })
        {
            return new(compact, tokenId, time.GetUtcNow().AddSeconds(answer.ExpiresIn));
        }

        throw Refusal(answer);
    }

    public async Task<Delegation> DelegateAsync(string inboundCompact, CancellationToken cancellationToken)
    {
        var (answer, succeeded) = await SendAsync("/delegation",
        [
            new("subject_token", inboundCompact),
            new("subject_token_type", SubjectTokenType.AccessToken),
        ], cancellationToken).ConfigureAwait(false);
        return succeeded && answer is { Delegation: { Length: > 0 } handle, ExpiresIn: > 0 }
            ? new(handle, time.GetUtcNow().AddSeconds(answer.ExpiresIn))
            : throw Refusal(answer);
    }

    private static HopTokenException Refusal(HopTokenResponse? answer)
    {
        if (answer?.Error is not { Length: > 0 } error) return Unavailable(null);
        // Shown to people as a link: anything but http and https could run code in whatever opens it.
        var signIn = Uri.TryCreate(answer.SignInUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null;
        return new(error, answer.ErrorDescription ?? $"Token exchange answered {error}.", signIn);
    }

    private static HopTokenException Unavailable(Exception? inner) =>
        new("temporarily_unavailable", "Token exchange cannot be reached at the moment.", inner: inner);

    private async Task<(HopTokenResponse? Answer, bool Succeeded)> SendAsync(
        string path, KeyValuePair<string, string>[] parameters, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(parameters);
        try
        {
            using var response = await http.PostAsync(new Uri(path, UriKind.Relative), form, cancellationToken).ConfigureAwait(false);
            var answer = await response.Content.ReadFromJsonAsync(HopTokenJson.Default.HopTokenResponse,
                cancellationToken).ConfigureAwait(false);
            return (answer, response.IsSuccessStatusCode);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException or NotSupportedException)
        {
            throw Unavailable(failure);
        }
    }
}
