using System.Text.Json;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Local;

/// <summary>What the gateway can do, for both eras. It announces no changes of lists: they carry a lifetime instead.</summary>
internal static class Capabilities
{
    private const string EnterpriseManagedAuthorization = "io.modelcontextprotocol/enterprise-managed-authorization";

    public static void Write(Utf8JsonWriter json, bool isLegacy)
    {
        json.WriteStartObject("capabilities"u8);
        WriteEmpty(json, "tools");
        WriteEmpty(json, "prompts");
        WriteEmpty(json, "resources");
        WriteEmpty(json, "completions");
        if (isLegacy)
        {
            WriteEmpty(json, "logging");
        }
        else
        {
            json.WriteStartObject("extensions"u8);
            WriteEmpty(json, EnterpriseManagedAuthorization);
            WriteEmpty(json, ClientAbilities.Tasks);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }
}
