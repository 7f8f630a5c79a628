using System.Security.Cryptography;
using System.Text;
using McpMesh.Adapters.Access;

namespace McpMesh.Adapters.Ledger;

/// <summary>Names a call in state: always the same for one server, subject, tool and idempotency key, and no other call's.</summary>
internal static class LedgerKey
{
    /// <summary>The name; it tells nothing of what it is made from.</summary>
    public static string Of(string server, Caller caller, string tool, string idempotencyKey) =>
        $"call-{Hash(server, caller.Token.SubjectIdentity, tool, idempotencyKey)}";

    // Each value with its length, so that no two lists look alike.
    private static string Hash(params ReadOnlySpan<string> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in values) hash.AppendData(Encoding.UTF8.GetBytes($"{value.Length}:{value};"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
