using System.Security.Cryptography;
using System.Text;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Ledger;

/// <summary>Makes a repeated effect the same effect: what a call creates is named by the caller's idempotency key.</summary>
internal static class CallIdentity
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford: no letter is mistaken for a digit

    /// <summary>
    /// The key in the argument, or that of the call, or none. They may differ: a gateway gives every call a key of its own, and only the
    /// argument is the user's word for what is to be created once.
    /// </summary>
    public static string? KeyOf(ToolCall call) => call.Arguments.Text("idempotencyKey", 256) ?? call.IdempotencyKey;

    /// <summary>An identifier of 12 characters: always the same for one subject, tool, scope and key; random without a key.</summary>
    public static string IdFor(Caller caller, string tool, string scope, string? key)
    {
        Span<byte> hash = stackalloc byte[32];
        if (key is null) RandomNumberGenerator.Fill(hash);
        else SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Token.Issuer}\n{caller.Token.Subject}\n{tool}\n{scope}\n{key}"), hash);
        Span<char> id = stackalloc char[12];
        for (var index = 0; index < id.Length; index++) id[index] = Alphabet[hash[index] & 31];
        return new string(id);
    }

    /// <summary>SHA-256 over values, each with its length, so that no two lists look alike.</summary>
    public static string DigestOf(params ReadOnlySpan<string?> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in values) hash.AppendData(Encoding.UTF8.GetBytes(value is null ? "-;" : $"{value.Length}:{value};"));
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
