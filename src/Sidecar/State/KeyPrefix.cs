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
        // daprd takes the strategy, a literal one too, in lower case.
        return strategy.ToLowerInvariant() switch
        {
            "appid" => options.AppId + Separator,
            "namespace" when options.HasNamespace => $"{options.Namespace}.{options.AppId}{Separator}",
            "namespace" => options.AppId + Separator,
            "name" => component.Name + Separator,
            "none" => "",
            var literal => literal + Separator,
        };
    }
}
