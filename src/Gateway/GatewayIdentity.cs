using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway;

/// <summary>How the gateway names itself to agents.</summary>
internal static class GatewayIdentity
{
    public const string Name = "mcpmesh-gateway";

    private static readonly string Version = typeof(GatewayIdentity).Assembly.GetName().Version!.ToString(3);

    /// <summary>Writes <c>io.modelcontextprotocol/serverInfo</c> into a <c>_meta</c>.</summary>
    public static void WriteServerInfo(Utf8JsonWriter json) => WriteServerInfo(json, McpMetaKey.ServerInfo);

    /// <summary>Writes the name and version under <paramref name="member"/>.</summary>
    public static void WriteServerInfo(Utf8JsonWriter json, string member)
    {
        json.WriteStartObject(member);
        json.WriteString("name"u8, Name);
        json.WriteString("version"u8, Version);
        json.WriteEndObject();
    }
}
