using System.Diagnostics;
using System.Net;
using System.Text;

namespace McpMesh.Samples.Agent;

/// <summary>
/// Shows the URL, opens it in the user's browser and waits for the redirect on a loopback listener (RFC 8252 section 7.3).
/// </summary>
public sealed class SystemBrowser(TextWriter output) : IAuthorizationBrowser
{
    /// <inheritdoc/>
    public async Task<Uri> VisitAsync(Uri authorizationUri, Uri redirectUri, CancellationToken cancellationToken)
    {
        // Only http(s) URLs go to the browser, and never through a shell (CVE-2025-6514).
        if (authorizationUri.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException(
                $"The authorization URL has the scheme {authorizationUri.Scheme}; only http and https are opened.");
        }
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://{redirectUri.Authority}/");
        listener.Start();
        await output.WriteLineAsync($"Sign in at {authorizationUri}");
        if (Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || !OperatingSystem.IsLinux())
            Process.Start(new ProcessStartInfo(authorizationUri.AbsoluteUri) { UseShellExecute = true })?.Dispose();

        using var stop = cancellationToken.Register(listener.Stop);
        while (true)
        {
            var context = await listener.GetContextAsync();
            var visited = context.Request.Url!;
            var isRedirect = visited.AbsolutePath == redirectUri.AbsolutePath;
            context.Response.StatusCode = isRedirect ? 200 : 404;
            await using (var body = context.Response.OutputStream)
            {
                await body.WriteAsync(
                    Encoding.UTF8.GetBytes(isRedirect ? "Signed in. You can close this window." : "Not here."), cancellationToken);
            }
            if (isRedirect) return visited;
        }
    }
}
