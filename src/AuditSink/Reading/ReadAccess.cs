using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace McpMesh.AuditSink.Reading;

/// <summary>
/// Who may read: with <c>MESH_AUDIT_TOKEN</c> whoever presents it as Bearer token; without it, programs on this machine that ask directly.
/// </summary>
internal sealed class ReadAccess(IOptions<AuditSinkOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Set by proxies and sidecars: such a request comes from elsewhere, although its last step is local.</summary>
    private static readonly string[] ForwardingHeaders = ["dapr-caller-app-id", "X-Forwarded-For", "Forwarded"];

    private readonly byte[]? _token = options.Value.ReadToken is { } token ? Encoding.UTF8.GetBytes(token) : null;

    internal ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (_token is null)
            return IsLocal(http) ? next(context) : Refuse("Only programs on this machine may read.", StatusCodes.Status403Forbidden);
        if (HasToken(http.Request.Headers.Authorization.ToString(), _token)) return next(context);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Refuse("The audit token is missing or wrong.", StatusCodes.Status401Unauthorized);
    }

    /// <summary>The Host header counts too: a browser on this machine sends that of the page that a rebound name led it to.</summary>
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && IsLocalName(context.Request.Host.Host)
        && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey);

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    private static bool HasToken(string authorization, byte[] token) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[Scheme.Length..]), token);

    private static ValueTask<object?> Refuse(string reason, int status) => new(Results.Problem(reason, statusCode: status));
}
