using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpMesh.Adapters.Mcp;

/// <summary>The wait of <see cref="TestSwitches.EffectDelay"/>, with progress for a caller that asked for it.</summary>
internal sealed class EffectDelay(TestSwitches switches, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits before an effect; at once when the switch is not set.</summary>
    public async ValueTask WaitAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var total = switches.EffectDelay;
        for (var waited = TimeSpan.Zero; waited < total;)
        {
            var step = total - waited < Step ? total - waited : Step;
            await Task.Delay(step, clock, cancellationToken);
            waited += step;
            if (request.Params.ProgressToken is { } token)
            {
                await request.Server.NotifyProgressAsync(
                    token, new ProgressNotificationValue { Progress = (float)(waited / total), Total = 1 }, cancellationToken: cancellationToken);
            }
        }
    }
}
