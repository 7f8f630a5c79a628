using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Hosting;

/// <summary>
/// Answers only under the issuer's host and loopback names. A browser page of a stranger whose name suddenly resolves to this machine (DNS
/// rebinding) sends the stranger's host.
/// </summary>
internal sealed class HostFilter(RequestDelegate next, DirectoryFile directory)
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase)
    {
        "localhost", "127.0.0.1", "[::1]", new Uri(directory.Current.Settings.Issuer).Host,
    };

    public Task InvokeAsync(HttpContext context)
    {
        if (_hosts.Contains(context.Request.Host.Host)) return next(context);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }
}
