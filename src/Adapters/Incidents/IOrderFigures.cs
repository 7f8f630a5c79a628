using McpMesh.Adapters.Access;

namespace McpMesh.Adapters.Incidents;

/// <summary>Figures of the orders in a window.</summary>
internal interface IOrderFigures
{
    /// <summary>Reads them on behalf of the caller.</summary>
    /// <exception cref="Mcp.ToolFailureException">They cannot be read; the message says why.</exception>
    ValueTask<OrderFigures> ReadAsync(Caller caller, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken);
}
