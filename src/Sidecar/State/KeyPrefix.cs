using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.State;

/// <summary>The component's <c>keyPrefix</c> strategy: appid (default), namespace, name, none, or a literal.</summary>
internal static class KeyPrefix
{
    public const string Separator = "||";

    public static string Read(Component component, SidecarOptions options)
    {
        var strategy = component.Find("keyPrefix") ?? "appid";
        if (strategy.Contains(Separator, StringComparison.Ordinal)) throw component.Invalid($"keyPrefix must not contain '{Separator}'");
        return strategy.ToUpperInvariant() switch
        {
            "APPID" or "" => options.AppId + Separator,
            "NAMESPACE" => $"{options.Namespace}.{options.AppId}{Separator}",
            "NAME" => component.Name + Separator,
            "NONE" => "",
            _ => strategy + Separator,
        };
    }
}
