using McpMesh.Adapters.Access;
using McpMesh.Adapters.Mcp;
using Microsoft.AspNetCore.Http.HttpResults;

namespace McpMesh.Adapters;

/// <summary>What an adapter answers to.</summary>
internal static class AdapterEndpoints
{
    /// <summary>Maps the MCP endpoint and the metadata of the resource.</summary>
    public static void MapAdapter(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<McpEndpoint>();
        app.Services.GetRequiredService<TestSwitches>().Warn(app.Logger);
        var served = app.Services.GetRequiredService<ServedServer>();
        app.MapPost("/mcp", endpoint.HandleAsync);
        // The modern revision has no stream to open and no session to delete; sessions of the legacy era are not offered (405 says both).
        app.MapMethods("/mcp", [HttpMethods.Get, HttpMethods.Delete], context => Refusal.NotPosted.WriteAsync(context, null));
        app.MapMethods("/mcp", [HttpMethods.Put, HttpMethods.Patch], endpoint.RefuseVerbAsync);
        Ok<ResourceMetadata> metadata = TypedResults.Ok(ResourceMetadata.Of(served));
        app.MapGet($"{ResourceMetadata.WellKnown}/mcp", () => metadata);
        app.MapGet(ResourceMetadata.WellKnown, () => metadata);
    }
}
