using System.Text.Json;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Logs;

/// <summary><c>logs://levels</c>: the raised levels.</summary>
internal sealed class LevelsResource(DebugLevelStore levels) : IAdapterResources
{
    private const string Address = "logs://levels";

    public IReadOnlyList<ResourceTemplate> Templates => [];

    public ValueTask<IReadOnlyList<Resource>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Resource>>(
        [new Resource { Name = "levels", Title = "Raised log levels", Uri = Address, MimeType = "application/json" }]);

    public async ValueTask<TextResourceContents?> ReadAsync(string uri, CancellationToken cancellationToken) =>
        uri != Address ? null : new TextResourceContents
        {
            Uri = uri,
            MimeType = "application/json",
            Text = JsonSerializer.Serialize(await levels.ReadAsync(cancellationToken), LogsJson.Default.DebugLevels),
        };
}
