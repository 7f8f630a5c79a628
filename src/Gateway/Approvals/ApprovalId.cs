using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Gateway.Approvals;

/// <summary>Ids of approvals.</summary>
internal static class ApprovalId
{
    private const string Prefix = "approval-";
    private const int Length = 41;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The approval of a call. It follows from the call's id, so every replica knows it, and it tells nothing of it: a call's id, 128 random
    /// bits or made of a key, is known to its caller only.
    /// </summary>
    public static string Of(string callId) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("approval of " + callId)).AsSpan(0, 16));

    public static bool IsOne(string text) =>
        text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;
}
