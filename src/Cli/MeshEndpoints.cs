using System.Text.Json;

namespace McpMesh.Cli;

/// <summary>The running mesh, as AppHost wrote it to <c>endpoints.json</c>.</summary>
/// <param name="Gateway">Public base URL of the gateway.</param>
/// <param name="TokenExchange">The mesh AS.</param>
/// <param name="Audit">The audit sink.</param>
/// <param name="AgentSidecar">HTTP endpoint of the agent's Dapr sidecar; null when the mesh runs none.</param>
/// <param name="AgentSidecarToken">Its API token.</param>
internal sealed record MeshEndpoints(Uri Gateway, Uri TokenExchange, Uri Audit, Uri? AgentSidecar, string? AgentSidecarToken)
{
    /// <summary>Reads <c>endpoints.json</c> in <paramref name="data"/>.</summary>
    /// <exception cref="CliException">The mesh is not running, or the file is not one of AppHost's.</exception>
    public static MeshEndpoints Read(string data)
    {
        var path = Path.Combine(data, "endpoints.json");
        if (!File.Exists(path))
            throw new CliException($"There is no {path}: the mesh is not running. Start it with: dotnet run --project AppHost");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            Uri Required(string name) => new(root.GetProperty(name).GetString()!);
            Uri? sidecar = null;
            string? token = null;
            if (root.TryGetProperty("agentSidecar", out var agent))
            {
                sidecar = new Uri(agent.GetProperty("url").GetString()!);
                token = agent.GetProperty("apiToken").GetString();
            }

            return new(Required("gateway"), Required("tokenExchange"), Required("audit"), sidecar, token);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or UriFormatException or ArgumentNullException
            or InvalidOperationException)
        {
            throw new CliException($"{path} is not a run file of AppHost: {e.Message} Stop the mesh and start it again.");
        }
    }
}
