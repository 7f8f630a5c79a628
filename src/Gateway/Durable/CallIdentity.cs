using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Durable;

/// <summary>What makes two requests the same call: who, what, and with which arguments or which key.</summary>
internal static class CallIdentity
{
    private const string Prefix = "call-";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static CallClaim ClaimOf(GatewayCall call) => new(
        PrincipalOf(call), call.Method!, CallRecords.ArgumentDigest(call));

    /// <summary>Digest of tenant, user and client.</summary>
    public static string PrincipalOf(GatewayCall call) => Digest(call.Token!.Issuer, call.Token.SubjectIdentity, call.Token.ClientId);

    /// <summary>The id of a call that its agent has named: equal for equal principal, method and key, and nobody can guess another's.</summary>
    public static string Named(CallClaim claim, string key) => Prefix + Digest("key", claim.Principal, claim.Method, key);

    public static string Fresh() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the text has the form of an id; a step of another call has none of its own.</summary>
    public static bool IsOne(string text) =>
        text.Length == Prefix.Length + 32 && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>Key of the list of calls that a repeated request may attach to.</summary>
    public static string OpenKeyOf(CallClaim claim) =>
        "calls-open-" + Digest("open", claim.Principal, claim.Method, claim.ArgumentDigest ?? "");

    private static string Digest(params ReadOnlySpan<string> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in values) hash.AppendData(Encoding.UTF8.GetBytes($"{value.Length}:{value};"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
