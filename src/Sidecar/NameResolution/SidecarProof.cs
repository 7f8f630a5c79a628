using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Sidecar.NameResolution;

/// <summary>
/// Proves to one instance that the caller is the sidecar of a named app: an HMAC under the mesh's secret over caller, callee and the
/// callee's instance. It is worth nothing at another instance, so whoever takes over a dead sidecar's port gains nothing from what
/// arrives there, and it costs nothing a call.
/// </summary>
internal sealed class SidecarProof(byte[] meshSecret, string appId, string instanceId)
{
    private readonly ConcurrentDictionary<string, byte[]> _accepted = new(StringComparer.Ordinal);

    public string For(AppInstance callee) => Convert.ToHexStringLower(Compute(appId, callee.AppId, callee.InstanceId));

    /// <summary>Whether <paramref name="proof"/> shows that the call comes from the sidecar of <paramref name="caller"/>.</summary>
    public bool IsFrom(string caller, string proof)
    {
        if (caller.Length is 0 or > 256 || proof.Length != 64) return false;
        var known = _accepted.TryGetValue(caller, out var expected);
        expected ??= Compute(caller, appId, instanceId);
        Span<byte> given = stackalloc byte[32];
        if (Convert.FromHexString(proof, given, out _, out _) != System.Buffers.OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(given, expected))
        {
            return false;
        }

        if (!known) _accepted[caller] = expected; // only proven callers are kept: nobody can fill the table
        return true;
    }

    private byte[] Compute(string caller, string callee, string calleeInstance) =>
        HMACSHA256.HashData(meshSecret, Encoding.UTF8.GetBytes($"{caller}\n{callee}\n{calleeInstance}"));
}
