using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Which headers a hop keeps to itself.</summary>
internal static class HopHeaders
{
    public const string ApiToken = "dapr-api-token";
    public const string AppId = "dapr-app-id";
    public const string CallerAppId = "dapr-caller-app-id";
    public const string CallerNamespace = "dapr-caller-namespace";
    public const string CalleeAppId = "dapr-callee-app-id";

    /// <summary>Sidecar to sidecar only: the proof of the caller's app id.</summary>
    public const string Proof = "mesh-sidecar-proof";

    /// <summary>Sidecar to sidecar only, on an answer: the app got nothing of the request, another instance may be asked.</summary>
    public const string NotDelivered = "mesh-not-delivered";

    private static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "TE", "Trailer",
        "Proxy-Authorization", "Proxy-Authenticate", "destination-app-id",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What an app must not say about itself or its callers.
    private static readonly FrozenSet<string> SidecarOwned = new[]
    {
        ApiToken, AppId, CallerAppId, CallerNamespace, CalleeAppId, Proof, NotDelivered, "Host", TraceContext.ParentHeader,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers of an app's request that go on.</summary>
    public static bool PassesFromApp(string name, StringValues connection) => Passes(name, connection) && !SidecarOwned.Contains(name);

    /// <summary>Headers of a request between sidecars that go on to the app.</summary>
    public static bool PassesToApp(string name, StringValues connection) =>
        Passes(name, connection) && !name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        && !name.Equals(Proof, StringComparison.OrdinalIgnoreCase) && !name.Equals(ApiToken, StringComparison.OrdinalIgnoreCase);

    public static bool PassesBack(string name, StringValues connection) =>
        Passes(name, connection) && !name.Equals(NotDelivered, StringComparison.OrdinalIgnoreCase);

    private static bool Passes(string name, StringValues connection)
    {
        if (HopByHop.Contains(name) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)) return false;
        return connection.Count == 0 || !IsNamed(name, connection);
    }

    private static bool IsNamed(string name, StringValues connection)
    {
        foreach (var value in connection)
        {
            foreach (var token in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[token].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
