using System.Text;

namespace McpMesh.Protocol;

/// <summary>The methods of MCP that a gateway knows, both eras.</summary>
public static class McpMethod
{
    public const string Initialize = "initialize";
    public const string Ping = "ping";
    public const string Discover = "server/discover";
    public const string ToolsList = "tools/list";
    public const string ToolsCall = "tools/call";
    public const string PromptsList = "prompts/list";
    public const string PromptsGet = "prompts/get";
    public const string ResourcesList = "resources/list";
    public const string ResourceTemplatesList = "resources/templates/list";
    public const string ResourcesRead = "resources/read";
    public const string Complete = "completion/complete";
    public const string Listen = "subscriptions/listen";
    public const string TasksGet = "tasks/get";
    public const string TasksUpdate = "tasks/update";
    public const string TasksCancel = "tasks/cancel";
    public const string SetLevel = "logging/setLevel";
    public const string Initialized = "notifications/initialized";
    public const string Cancelled = "notifications/cancelled";

    private static readonly string[] Known =
    [
        ToolsCall, ToolsList, ResourcesRead, PromptsGet, ResourcesList, ResourceTemplatesList, PromptsList, Complete, Discover,
        Listen, Ping,
        Initialize, Initialized, Cancelled, SetLevel, TasksGet, TasksUpdate, TasksCancel,
    ];

    /// <summary>The method as a string, without an allocation for a known one.</summary>
    internal static string From(ReadOnlySpan<byte> utf8)
    {
        foreach (var method in Known)
            if (Ascii.Equals(utf8, method)) return method;
        return Encoding.UTF8.GetString(utf8);
    }
}
