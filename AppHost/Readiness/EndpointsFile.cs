using System.Text.Json;

namespace McpMesh.AppHost.Readiness;

/// <summary>The run file: where everything of the running mesh is. It is there exactly while the mesh is up.</summary>
internal sealed class EndpointsFile(string path, PublicEndpoints endpoints, AgentSidecar agent)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the file in one step: a reader never sees half of it.</summary>
    public void Write(IEnumerable<ResourceLine> resources)
    {
        var document = new
        {
            gateway = endpoints.Gateway.Url,
            tokenExchange = endpoints.TokenExchange.Url,
            policy = endpoints.Policy.Url,
            audit = endpoints.Audit.Url,
            idp = endpoints.Idp.Url,
            agentSidecar = new { url = agent.Endpoint.Url, apiToken = agent.ApiToken },
            resources,
        };
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        // It holds the agent's token.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var draft = path + ".tmp";
        using (var stream = new FileStream(draft, options)) JsonSerializer.Serialize(stream, document, Json);
        File.Move(draft, path, overwrite: true);
    }

    public void Remove() => File.Delete(path);
}
