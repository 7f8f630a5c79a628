using System.Security.Cryptography;
using System.Text;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Durable;

/// <summary>What makes two requests the same call: who, what, and with which arguments or which key.</summary>
internal static class CallIdentity
{
    private const string Prefix = "call-";

    public static CallClaim ClaimOf(GatewayCall call) => new(
        Digest(call.Token!.Issuer, call.Token.SubjectIdentity, call.Token.ClientId), call.Method!, CallRecords.ArgumentDigest(call));

    /// <summary>The id of a call that its agent has named: equal for equal principal, method and key, and nobody can guess another's.</summary>
    public static string Named(CallClaim claim, string key) => Prefix + Digest("key", claim.Principal, claim.Method, key);

    public static string Fresh() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

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
