using System.Collections.Frozen;
using McpMesh.Configuration;
using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Http;

/// <summary>
/// Refuses, on every path, requests whose <c>Host</c> is not ours (DNS rebinding) and those that a foreign web page sent (<c>Origin</c>).
/// </summary>
internal sealed class HostGuard
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    private readonly FrozenSet<string> _hosts;
    private readonly FrozenSet<string> _origins;
    private readonly bool _isLocal;
    private readonly HeadRefusal _refusal;

    public HostGuard(MeshConfiguration mesh, HeadRefusal refusal)
    {
        var publicUrl = mesh.Gateway.PublicUrl;
        _hosts = mesh.Gateway.AllowedHosts.Append(publicUrl.Host).Concat(Loopback).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _origins = mesh.Gateway.AllowedOrigins.Append(publicUrl.GetLeftPart(UriPartial.Authority))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _isLocal = publicUrl.IsLoopback;
        _refusal = refusal;
    }

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!_hosts.Contains(http.Request.Host.Host)) return _refusal.AnswerAsync(http, GatewayErrors.ForbiddenHost);
        var origin = http.Request.Headers.Origin;
        return origin.Count == 0 || IsAllowed(origin.ToString()) ? next(http) : _refusal.AnswerAsync(http, GatewayErrors.ForbiddenOrigin);
    }

    private bool IsAllowed(string origin) =>
        // A gateway on this machine serves the pages of this machine, whatever their port.
        _origins.Contains(origin) || (_isLocal && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && Loopback.Contains(uri.Host));
}
