using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpMesh.Adapters.Mcp;

/// <summary>The wait of <see cref="TestSwitches.EffectDelay"/>, half of it before an effect and half after, with progress for a caller that asked
/// for it.</summary>
internal sealed class EffectDelay(TestSwitches switches, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    /// <summary>The first half, before the effect; at once when the switch is not set.</summary>
    public ValueTask BeforeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken) =>
        WaitAsync(request, done: 0, cancellationToken);

    /// <summary>The second half, when the effect is had and nothing of it recorded.</summary>
    public ValueTask AfterAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken) =>
        WaitAsync(request, done: 0.5f, cancellationToken);

    private async ValueTask WaitAsync(RequestContext<CallToolRequestParams> request, float done, CancellationToken cancellationToken)
    {
        var total = switches.EffectDelay / 2;
        for (var waited = TimeSpan.Zero; waited < total;)
        {
            var step = total - waited < Step ? total - waited : Step;
            await Task.Delay(step, clock, cancellationToken);
            waited += step;
            if (request.Params.ProgressToken is { } token)
            {
                var progress = new ProgressNotificationValue { Progress = done + ((float)(waited / total) / 2), Total = 1 };
                await request.Server.NotifyProgressAsync(token, progress, cancellationToken: cancellationToken);
            }
        }
    }
}
