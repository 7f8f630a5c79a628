using System.Text;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.NameResolution;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// Service invocation on the caller's side: finds an instance of the app and hands the request to its sidecar. An instance that
/// takes no connection is forgotten and the next one is tried, which is safe because nothing was sent.
/// </summary>
internal sealed class ServiceInvocation(SidecarOptions options, NameRegistry names, AppInvocation self, HttpMessageInvoker client)
{
    private const int MostInstancesTried = 5;

    /// <summary>Bodies up to this size are held back, so that they can go to another instance.</summary>
    private const int ReplayableBody = 64 * 1024;

    private const string BasicScheme = "Basic ";
    private const string BasicUser = "dapr-app-id:";

    /// <summary><c>/v1.0/invoke/{app}/method/{path}</c>; <paramref name="rest"/> is what follows <c>invoke/</c>.</summary>
    public Task InvokeByPathAsync(HttpContext context, string rest)
    {
        var slash = rest.IndexOf("/method", StringComparison.Ordinal);
        if (slash <= 0) throw new ApiException(InvocationErrors.NoAppId);
        var method = rest[(slash + "/method".Length)..];
        if (method.Length > 0 && method[0] != '/') throw new ApiException(InvocationErrors.NoAppId);
        return InvokeAsync(context, Uri.UnescapeDataString(rest[..slash]), MethodPath.Parse(method));
    }

    /// <summary>
    /// The forms that keep the app's own path: header dapr-app-id, or Basic authentication for clients that can set nothing else.
    /// </summary>
    public Task InvokeByHeaderAsync(HttpContext context, string path)
    {
        var appId = context.Request.Headers[HopHeaders.AppId].ToString();
        if (appId.Length == 0) appId = AppIdOfBasicUser(context.Request);
        if (appId.Length == 0) throw new ApiException(InvocationErrors.NoAppId);
        return InvokeAsync(context, appId, MethodPath.Parse(path));
    }

    private static string AppIdOfBasicUser(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase)) return "";
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[BasicScheme.Length..], bytes, out var length)) return "";
        var user = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        if (!user.StartsWith(BasicUser, StringComparison.Ordinal)) return "";
        request.Headers.Authorization = default; // it was for the sidecar
        return user[BasicUser.Length..];
    }

    private async Task InvokeAsync(HttpContext context, string target, MethodPath path)
    {
        var appId = WithoutNamespace(target);
        if (appId == options.AppId)
        {
            await self.InvokeAsync(context, path, fromApp: true);
            return;
        }

        var hasBody = RequestRelay.HasBody(context);
        using var replayable = hasBody && context.Request.ContentLength is <= ReplayableBody
            ? await RequestBody.ReadAsync(context)
            : default(RequestBody?);
        var trace = TraceContext.ParentOf(context.Request.Headers);
        var lastFailure = "no instance is registered";
        for (var attempt = 0; attempt < MostInstancesTried; attempt++)
        {
            if (names.Pick(appId) is not { } instance) break;
            var relayed = hasBody && replayable is null ? new RelayedBody(context, context.Request.ContentLength) : null;
            HttpContent? content = replayable is { } buffered ? new ReadOnlyMemoryContent(buffered.Memory) : relayed;
            using var request = RequestRelay.Create(context, instance.BaseAddress, path.Encoded, content, HopHeaders.PassesFromApp);
            AddSidecarHeaders(request, appId, instance, trace);
            try
            {
                using var response = await client.SendAsync(request, context.RequestAborted);
                if (response.Headers.NonValidated.Contains(HopHeaders.NotDelivered))
                {
                    names.MarkDead(instance);
                    lastFailure = "the app of the instance is not reachable";
                    if (relayed is not { Started: true }) continue;
                }

                await ResponseRelay.CopyAsync(response, context);
                return;
            }
            catch (HttpRequestException error)
            {
                lastFailure = error.Message;
                if (error.HttpRequestError != HttpRequestError.ConnectionError || relayed is { Started: true }) break;
                names.MarkDead(instance);
            }
        }

        throw new ApiException(InvocationErrors.Failed(appId, $"failed to resolve address for '{appId}': {lastFailure}"));
    }

    private void AddSidecarHeaders(HttpRequestMessage request, string appId, AppInstance instance, string trace)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation(HopHeaders.CallerAppId, options.AppId);
        headers.TryAddWithoutValidation(HopHeaders.CallerNamespace, options.Namespace);
        headers.TryAddWithoutValidation(HopHeaders.CalleeAppId, appId);
        headers.TryAddWithoutValidation(HopHeaders.Proof, names.ProofFor(instance));
        headers.TryAddWithoutValidation(TraceContext.ParentHeader, trace);
        headers.TryAddWithoutValidation("X-Forwarded-For", options.HostAddress);
        headers.TryAddWithoutValidation("X-Forwarded-Host", options.HostName);
        headers.TryAddWithoutValidation("Forwarded", options.ForwardedElement);
    }

    private string WithoutNamespace(string target) =>
        target.EndsWith("." + options.Namespace, StringComparison.Ordinal) ? target[..^(options.Namespace.Length + 1)] : target;
}
