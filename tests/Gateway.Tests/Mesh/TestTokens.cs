using System.Collections.Concurrent;
using McpMesh.Identity;
using McpMesh.Identity.Validation;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Stands for the token validator: knows the tokens it was given, checks the audience, refuses the rest.</summary>
internal sealed class TestTokens : IAccessTokenValidator
{
    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new();

    public int Validations { get; private set; }

    public string Issue(string subject, string group, string scopes, string audience, string client = "agent", string txn = "txn-1")
    {
        var id = Guid.NewGuid().ToString("N");
        var compact = $"token-{id}";
        _tokens[compact] = new AccessToken
        {
            Issuer = "https://as.test",
            Subject = subject,
            Audience = audience,
            ClientId = client,
            TokenId = id,
            Scopes = [.. scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Groups = [group],
            IssuedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.MaxValue,
            Transaction = txn,
            Actors = new ActorChain([client]),
            Grant = new GrantReference("https://idp.test", "jag-" + id),
        };
        return compact;
    }

    public ValueTask<AccessTokenResult> ValidateAsync(string compact, string audience, CancellationToken cancellationToken)
    {
        Validations++;
        if (!_tokens.TryGetValue(compact, out var token)) return new(AccessTokenResult.Refuse("signature is not valid"));
        return new(token.Audience == audience
            ? AccessTokenResult.Accept(token)
            : AccessTokenResult.Refuse(AccessTokenValidator.ForAnotherResource));
    }
}
