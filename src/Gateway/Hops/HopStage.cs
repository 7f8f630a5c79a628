using McpMesh.Gateway.Errors;
using McpMesh.Identity;

namespace McpMesh.Gateway.Hops;

/// <summary>Gets the token for the next hop: its own, for this server and this method only. The caller's token goes no further.</summary>
internal sealed class HopStage(IHopTokenSource hops)
{
    public async ValueTask<GatewayError?> GetAsync(GatewayCall call)
    {
        try
        {
            call.Hop = await hops.GetAsync(call.Token!, call.BearerToken, call.Server!.Resource, call.HopScope, call.Http.RequestAborted);
            return null;
        }
        catch (HopTokenException refusal)
        {
            return GatewayErrors.HopRefused(refusal);
        }
    }
}
