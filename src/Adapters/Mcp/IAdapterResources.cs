using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Mcp;

/// <summary>The resources of an adapter.</summary>
internal interface IAdapterResources
{
    /// <summary>Templates of further resources.</summary>
    IReadOnlyList<ResourceTemplate> Templates { get; }

    /// <summary>All resources.</summary>
    ValueTask<IReadOnlyList<Resource>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Contents of a resource; null when there is no such one.</summary>
    ValueTask<TextResourceContents?> ReadAsync(string uri, CancellationToken cancellationToken);
}
