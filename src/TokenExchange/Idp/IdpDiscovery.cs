using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Idp;

/// <summary>The IdP's metadata and keys, fetched when first needed: the mesh AS starts while the IdP is down.</summary>
internal sealed class IdpDiscovery(HttpClient http, MeshConfiguration mesh, TimeProvider time) : IJsonWebKeySetSource, IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Discovered? _discovered;

    /// <summary>Issuer identifier as configured; every token and response is compared with it exactly.</summary>
    public string Issuer { get; } = mesh.Identity.Idp.Issuer.OriginalString.TrimEnd('/');

    /// <exception cref="OAuthException">503: the IdP cannot be reached or describes itself wrongly.</exception>
    public async ValueTask<IdpMetadata> GetMetadataAsync(CancellationToken cancellationToken) =>
        (await DiscoverAsync(cancellationToken)).Metadata;

    public async ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken) =>
        await (await DiscoverAsync(cancellationToken)).Keys.GetAsync(keyId, cancellationToken);

    public void Dispose() => _gate.Dispose();

    private async ValueTask<Discovered> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (_discovered is { } present && time.GetUtcNow() - present.At < MaxAge) return present;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_discovered is { } other && time.GetUtcNow() - other.At < MaxAge) return other;
            return _discovered = await FetchAsync(cancellationToken);
        }
        catch (OAuthException) when (_discovered is not null)
        {
            // What was right an hour ago is better than no login while the IdP restarts.
            return _discovered;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Discovered> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await http.GetFromJsonAsync(
                new Uri($"{Issuer}/.well-known/openid-configuration"), IdpJson.Default.IdpMetadata, cancellationToken);
            if (metadata is null || !string.Equals(metadata.Issuer, Issuer, StringComparison.Ordinal)
                || !IsTrustworthy(metadata.AuthorizationEndpoint) || !IsTrustworthy(metadata.TokenEndpoint)
                || !IsTrustworthy(metadata.JwksUri))
            {
                throw OAuthException.Unavailable("An identity provider of the configured issuer");
            }

            return new(metadata, new RemoteJsonWebKeySet(http, metadata.JwksUri, null, time), time.GetUtcNow());
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException or NotSupportedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw OAuthException.Unavailable("The identity provider", exception);
        }
    }

    // Secrets and tokens go to these addresses: clear text only on this machine.
    private static bool IsTrustworthy(Uri endpoint) =>
        endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));

    private sealed record Discovered(IdpMetadata Metadata, RemoteJsonWebKeySet Keys, DateTimeOffset At);
}
