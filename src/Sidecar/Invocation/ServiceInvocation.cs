using System.Text;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// Service invocation on the caller's side: who is meant, and under which policies the call is made. It goes to the sidecar of another app,
/// to the own app, or to an endpoint outside the mesh.
/// </summary>
internal sealed class ServiceInvocation(
    SidecarOptions options, RemoteInvocation remote, AppInvocation self, ExternalInvocation external, ResiliencyPolicies policies)
{
    /// <summary>Bodies up to this size are held back, so that they can go to another instance.</summary>
    private const int ReplayableBody = 64 * 1024;

    private const string BasicScheme = "Basic ";
    private const string BasicUser = "dapr-app-id:";
    private const string Method = "/method";
    private static readonly string[] Prefix = ["v1.0", "invoke"];

    /// <summary>
    /// The app is the one of the header dapr-app-id, or of Basic authentication for clients that can set nothing else: then the path is the
    /// app's own. Otherwise it is that of <c>/v1.0/invoke/{app}/method/{path}</c>.
    /// </summary>
    /// <param name="path">As it was sent.</param>
    public Task InvokeAsync(HttpContext context, string path)
    {
        var appId = context.Request.Headers[HopHeaders.AppId].ToString();
        if (appId.Length == 0) appId = AppIdOfBasicUser(context.Request);
        if (appId.Length > 0) return InvokeAsync(context, appId, MethodPath.Parse(path));
        var rest = RestOf(path);
        var slash = rest.IndexOf(Method + "/", StringComparison.Ordinal);
        if (slash < 0 && rest.EndsWith(Method, StringComparison.Ordinal)) slash = rest.Length - Method.Length;
        if (slash <= 0) throw new ApiException(InvocationErrors.NoAppId);
        return InvokeAsync(context, Uri.UnescapeDataString(rest[..slash]), MethodPath.Parse(rest[(slash + Method.Length)..]));
    }

    /// <param name="target">An app, an HTTPEndpoint or a URL.</param>
    public async Task InvokeAsync(HttpContext context, string target, MethodPath path)
    {
        var policy = policies.ForApp(target, path.Decoded);
        using var body = await InvocationBody.PrepareAsync(
            context, policy.HasRetries ? options.MaxBodySize : ReplayableBody,
            problem => new ApiException(InvocationErrors.Failed(target, problem)));
        var exchange = new Exchange(context, path, body, UnderPolicy: !policy.IsNone);
        try
        {
            if (policy.IsNone)
            {
                await SendAsync(exchange, target, context.RequestAborted);
                return;
            }

            await policy.RunAsync(
                async (call, token) =>
                {
                    await call.Invocation.SendAsync(call.Exchange, call.Target, token);
                    return true;
                },
                (Invocation: this, Exchange: exchange, Target: target), context.RequestAborted);
        }
        catch (UnwantedAnswerException last)
        {
            using var answer = last.Answer;
            if (!await ResponseRelay.CopyAsync(answer, context, context.RequestAborted)) context.Abort();
        }
        catch (Exception error) when (error is FailedAttemptException or ResiliencyException)
        {
            if (!exchange.IsAnswered)
                throw error.InnerException as ApiException ?? new ApiException(InvocationErrors.Failed(target, error.Message));
            // What the app was sent of the answer is not all of it; a streamed answer of failure is.
            if (error is not FailedAttemptException { Status: not null }) context.Abort();
        }
    }

    /// <summary>What follows <c>/v1.0/invoke/</c>, with as many slashes as there may be; empty for any other path.</summary>
    private static string RestOf(string path)
    {
        var rest = path.AsSpan();
        foreach (var part in Prefix)
        {
            rest = rest.TrimStart('/');
            if (!rest.StartsWith(part) || rest.Length == part.Length || rest[part.Length] != '/') return "";
            rest = rest[part.Length..];
        }

        return rest.TrimStart('/').ToString();
    }

    private static string AppIdOfBasicUser(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase)) return "";
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[BasicScheme.Length..], bytes, out var length)) return "";
        var user = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        if (!user.StartsWith(BasicUser, StringComparison.OrdinalIgnoreCase)) return "";
        request.Headers.Authorization = default; // it was for the sidecar
        return user[BasicUser.Length..];
    }

    private async ValueTask SendAsync(Exchange exchange, string target, CancellationToken cancellationToken)
    {
        try
        {
            if (external.Find(target) is { } endpoint)
            {
                await external.InvokeAsync(exchange, endpoint, cancellationToken);
                return;
            }

            var appId = WithoutNamespace(target);
            if (appId == options.AppId) await self.InvokeAsync(exchange, fromApp: true, cancellationToken);
            else await remote.InvokeAsync(exchange, appId, cancellationToken);
        }
        catch (ApiException error) when (exchange.UnderPolicy)
        {
            throw new FailedAttemptException(error.Message, null, error) { IsFinal = !exchange.Body.CanBeSent };
        }
    }

    private string WithoutNamespace(string target) =>
        target.EndsWith("." + options.Namespace, StringComparison.Ordinal) ? target[..^(options.Namespace.Length + 1)] : target;
}
