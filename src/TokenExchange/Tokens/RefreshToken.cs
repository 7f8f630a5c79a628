using System.Diagnostics.CodeAnalysis;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>A refresh token: the name of its family, and a secret that changes with every use.</summary>
internal readonly record struct RefreshToken(string Family, string Secret)
{
    private const int PartLength = 43;

    public static RefreshToken New(string family) => new(family, RandomSecret.New());

    public static bool TryParse([NotNullWhen(true)] string? text, out RefreshToken token)
    {
        token = default;
        if (text is null || text.Length != PartLength + 1 + PartLength || text[PartLength] != '.') return false;
        token = new(text[..PartLength], text[(PartLength + 1)..]);
        return true;
    }

    public string Write() => $"{Family}.{Secret}";

    public override string ToString() => "refresh token";
}
