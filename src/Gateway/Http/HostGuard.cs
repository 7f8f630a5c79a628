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
    private readonly ErrorAnswer _answer;

    public HostGuard(MeshConfiguration mesh, ErrorAnswer answer)
    {
        var publicUrl = mesh.Gateway.PublicUrl;
        _hosts = mesh.Gateway.AllowedHosts.Append(publicUrl.Host).Concat(Loopback).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _origins = mesh.Gateway.AllowedOrigins.Append(publicUrl.GetLeftPart(UriPartial.Authority))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _isLocal = publicUrl.IsLoopback;
        _answer = answer;
    }

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!_hosts.Contains(http.Request.Host.Host)) return RefuseAsync(http, GatewayErrors.ForbiddenHost);
        var origin = http.Request.Headers.Origin;
        return origin.Count == 0 || IsAllowed(origin.ToString()) ? next(http) : RefuseAsync(http, GatewayErrors.ForbiddenOrigin);
    }

    private bool IsAllowed(string origin) =>
        // A gateway on this machine serves the pages of this machine, whatever their port.
        _origins.Contains(origin) || (_isLocal && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && Loopback.Contains(uri.Host));

    private async Task RefuseAsync(HttpContext http, GatewayError error)
    {
        using var call = new GatewayCall(http, null);
        await _answer.WriteAsync(call, error);
    }
}
