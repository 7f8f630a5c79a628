using McpMesh.Identity;
using McpMesh.Identity.Jose;

namespace McpMesh.Adapters.Tests.Hosting;

/// <summary>
/// Takes tokens written as <c>audience|subject|scopes|group|actors</c>. The audience rule is the real one: equal, or refused.
/// </summary>
internal sealed class ReadableTokenValidator : IAccessTokenValidator
{
    /// <summary>Behaves as without the issuer's keys.</summary>
    public bool IsWithoutKeys { get; set; }

    public static string Write(string audience, string subject, string scopes, string group = "all", string actors = "gateway,sample-agent",
        string client = "gateway") =>
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(string.Join('|', audience, subject, scopes, group, actors, client)));

    public ValueTask<AccessTokenResult> ValidateAsync(string compact, string audience, CancellationToken cancellationToken)
    {
        if (IsWithoutKeys) throw new JsonWebKeySetUnavailableException("none");
        string[] parts;
        try
        {
            parts = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(compact)).Split('|');
        }
        catch (FormatException)
        {
            return ValueTask.FromResult(AccessTokenResult.Refuse("token is malformed"));
        }
        if (parts.Length != 6) return ValueTask.FromResult(AccessTokenResult.Refuse("token is malformed"));
        if (parts[0] != audience) return ValueTask.FromResult(AccessTokenResult.Refuse("token is for another resource"));
        return ValueTask.FromResult(AccessTokenResult.Accept(new AccessToken
        {
            Issuer = "http://127.0.0.1:8081",
            Subject = parts[1],
            Audience = parts[0],
            ClientId = parts[5],
            TokenId = "jti-1",
            Scopes = [.. parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Groups = [parts[3]],
            IssuedAt = DateTimeOffset.UtcNow,
            ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(5),
            Transaction = "txn-1",
            Actors = new ActorChain([.. parts[4].Split(',', StringSplitOptions.RemoveEmptyEntries)]),
            Grant = new GrantReference("http://127.0.0.1:8090", "jag-1"),
        }));
    }
}
