using McpMesh.AppHost.Start;
using YamlDotNet.RepresentationModel;

namespace McpMesh.AppHost.Dapr;

/// <summary>Host and port of the Redis behind a component.</summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <summary>Reads <c>redisHost</c> of a component file.</summary>
    /// <exception cref="MeshStartException">The file has none.</exception>
    public static (string Host, int Port) Read(string componentFile)
    {
        var stream = new YamlStream();
        using (var reader = new StreamReader(componentFile)) stream.Load(reader);
        var address = ((YamlSequenceNode)stream.Documents[0].RootNode["spec"]["metadata"])
            .FirstOrDefault(item => (string?)item["name"] == "redisHost")?["value"] is YamlScalarNode { Value: { Length: > 0 } value }
            ? value
            : throw new MeshStartException($"--sidecar daprd: '{componentFile}' has no redisHost.");
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), out var port)
            ? (address[..colon], port)
            : (address, DefaultPort);
    }
}
