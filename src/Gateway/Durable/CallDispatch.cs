using System.Text;
using McpMesh.Configuration;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Upstream;
using McpMesh.Identity;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Sends a durable call until there is an answer or nothing more may be tried. A server that keeps call ids may be asked again and again;
/// any other only while it certainly has not been reached, or when its tool is idempotent.
/// </summary>
internal sealed class CallDispatch(
    ServerDirectory servers, IHopTokenSource hops, UpstreamClient upstream, ProgressBoard progress, MeshConfiguration mesh, TimeProvider time)
{
    /// <summary>One of our adapters that lost its sidecar over a call says that it failed inside; asked again, it knows what became of it.</summary>
    private const int MostInternalErrors = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <param name="isRepeated">The call may have been sent before, by somebody who did not live to say how it ended.</param>
    public async Task<DurableResult> SendAsync(DurableCall call, bool isRepeated)
    {
        if (servers.Find(call.Server) is not { } server)
            return DurableResults.Of(GatewayErrors.ServerUnavailable("The server has been removed from the mesh."));
        var mayRepeat = server.KeepsCalls || call.IsIdempotent;
        if (isRepeated && !mayRepeat)
        {
            return DurableResults.Of(GatewayErrors.OutcomeUnknown(
                "The call was on its way when the gateway that made it died, and the server cannot say whether it was carried out."));
        }

        using var overdue = new CancellationTokenSource(mesh.Limits.CallTimeout, time);
        var internalErrors = 0;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (result, tryAgain) = await TryAsync(call, server, mayRepeat, overdue.Token);
            if (server.KeepsCalls && result.Error is not null)
            {
                // An adapter that cannot reach its record of calls says so, and has done nothing that it would do again.
                tryAgain = result.ErrorCode == MeshErrorCode.ServerUnavailable
                    || (result.ErrorCode == JsonRpcErrorCode.InternalError && ++internalErrors < MostInternalErrors);
            }

            if (!tryAgain) return result;
            try
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, overdue.Token);
            }
            catch (OperationCanceledException)
            {
                return result;
            }
        }
    }

    private async Task<(DurableResult Result, bool TryAgain)> TryAsync(
        DurableCall call, ServerTarget server, bool mayRepeat, CancellationToken overdue)
    {
        HopToken hop;
        try
        {
            hop = await hops.GetAsync(new Delegation(call.Delegation, call.DelegationEnds), server.Resource, call.Scope, overdue);
        }
        catch (HopTokenException refusal)
        {
            return (DurableResults.Of(GatewayErrors.HopRefused(refusal)), refusal.Error == "temporarily_unavailable");
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            return (DurableResults.Of(GatewayErrors.ServerUnavailable("There was no token for the next hop in time.")), false);
        }

        try
        {
            using var request = upstream.Create(server, hop, McpMethod.ToolsCall, call.Tool, Encoding.UTF8.GetBytes(call.Message));
            foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", call.Id);
            using var response = await upstream.SendAsync(request, overdue);
            return await ReadAsync(call, server, response, mayRepeat, overdue);
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            return (DurableResults.Of(GatewayErrors.OutcomeUnknown("The server did not answer in time.")), false);
        }
        catch (HttpRequestException e) when (ForwardStage.IsBeforeSending(e))
        {
            return (DurableResults.Of(GatewayErrors.ServerUnavailable("The server cannot be reached.")), true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (DurableResults.Of(GatewayErrors.OutcomeUnknown("The connection to the server broke before its answer was complete.")),
                mayRepeat);
        }
    }

    private async Task<(DurableResult Result, bool TryAgain)> ReadAsync(
        DurableCall call, ServerTarget server, HttpResponseMessage response, bool mayRepeat, CancellationToken overdue)
    {
        var status = (int)response.StatusCode;
        var reader = new DurableAnswerReader(call.Id, progress, mesh.Limits.MaxKeptBytes);
        var answer = await reader.ReadAsync(response, overdue);
        if (answer.IsTooLarge)
        {
            return (DurableResults.Of(GatewayErrors.ServerFailed(
                $"The result exceeds the {mesh.Limits.MaxKeptBytes} bytes that are kept of a durable call.", status) with
            { Outcome = "failed" }),
                false);
        }

        if (answer.Parts.IsAnswer) return (DurableResults.Of(answer.Parts, answer.IsToolError, answer.ErrorCode), false);
        if (server.IsThroughSidecar && answer.IsSidecarFailure)
        {
            // The sidecar says the same of a server that it did not reach and of one that died over the call.
            return (DurableResults.Of(mayRepeat
                ? GatewayErrors.ServerUnavailable("The server cannot be reached.")
                : GatewayErrors.OutcomeUnknown("The server could not be reached, or died before it answered.")), mayRepeat);
        }

        if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            return (DurableResults.Of(
                GatewayErrors.ServerFailed("The server refused the token of this hop.", status) with { Outcome = "failed" }), false);
        }

        return status == StatusCodes.Status200OK
            ? (DurableResults.Of(GatewayErrors.OutcomeUnknown("The server's answer ended before it was complete.")), mayRepeat)
            : (DurableResults.Of(GatewayErrors.ServerFailed("The server answered with an HTTP error.", status)), mayRepeat && status >= 500);
    }
}
