using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.NameResolution;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// From this sidecar to an instance of another app. An instance that takes no connection is forgotten and the next one is tried, which is
/// safe because nothing was sent.
/// </summary>
internal sealed class RemoteInvocation(
    SidecarOptions options, NameRegistry names, ResiliencyPolicies policies, HttpMessageInvoker client, SidecarMetrics metrics)
{
    private const int MostInstancesTried = 5;

    public async ValueTask InvokeAsync(Exchange exchange, string appId, CancellationToken cancellationToken)
    {
        var trace = TraceContext.ParentOf(exchange.Context.Request.Headers);
        var failure = await TryInstancesAsync(exchange, appId, trace, cancellationToken);
        if (failure is null) return;
        // The retries built into Dapr: for sidecars that cannot be reached, where no policy is in charge.
        if (!failure.IsUnavailable || policies.IsTarget(appId) || exchange.Body.IsStream) throw failure.ToException(appId);
        var first = failure;
        var answered = await policies.BuiltIn(ResiliencyRules.BuiltInServiceRetries).RunAsync<RemoteInvocation, FailedAttemptException?>(
            async (invocation, token) =>
            {
                Failure? last;
                try
                {
                    last = first ?? await invocation.TryInstancesAsync(exchange, appId, trace, token);
                }
                catch (FailedAttemptException failed)
                {
                    return failed; // a sidecar was reached: what the app answered is no affair of these retries
                }

                first = null;
                return last is null ? null : throw last.ToException(appId, isFinal: !exchange.Body.CanBeSent);
            },
            this, cancellationToken);
        if (answered is not null) throw answered;
    }

    /// <summary>Null when the call was answered.</summary>
    private async Task<Failure?> TryInstancesAsync(Exchange exchange, string appId, string trace, CancellationToken cancellationToken)
    {
        var failure = new Failure("no instance is registered", IsUnavailable: false);
        for (var attempt = 0; attempt < MostInstancesTried; attempt++)
        {
            if (names.Pick(appId) is not { } instance) break;
            using var request = RequestRelay.Create(
                exchange.Context, instance.BaseAddress, exchange.Path.Encoded, exchange.Body.NewContent(), HopHeaders.PassesFromApp);
            AddSidecarHeaders(request, appId, instance, trace);
            var begun = Elapsed.Begin();
            metrics.InvocationSent(appId);
            try
            {
                var response = await client.SendAsync(request, cancellationToken);
                metrics.InvocationAnswered(appId, (int)response.StatusCode, begun.Milliseconds);
                if (response.Headers.NonValidated.Contains(HopHeaders.NotDelivered))
                {
                    names.MarkDead(instance);
                    failure = new Failure("the app of the instance is not reachable", IsUnavailable: false);
                    if (exchange.Body.CanBeSent)
                    {
                        response.Dispose();
                        continue;
                    }
                }

                await exchange.RelayAsync(response, cancellationToken);
                return null;
            }
            catch (HttpRequestException error) when (InvocationErrors.ProblemOfBody(error) is { } problem)
            {
                throw new ApiException(InvocationErrors.Failed(appId, problem));
            }
            catch (HttpRequestException error)
            {
                var refused = error.HttpRequestError == HttpRequestError.ConnectionError;
                failure = new Failure(error.Message, refused);
                if (!refused || !exchange.Body.CanBeSent) break;
                names.MarkDead(instance);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new Failure($"{instance.BaseAddress} took no connection in time", IsUnavailable: true);
                names.MarkDead(instance);
            }
        }

        return failure;
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

    /// <param name="IsUnavailable">No sidecar could be reached; gRPC's Unavailable in daprd.</param>
    private sealed record Failure(string Reason, bool IsUnavailable)
    {
        public FailedAttemptException ToException(string appId, bool isFinal = false) =>
            new($"failed to resolve address for '{appId}': {Reason}", null) { IsFinal = isFinal };
    }
}
