namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>Resource files as a user writes them.</summary>
internal static class ResourceText
{
    /// <param name="spec">Flow style, or lines that are already indented.</param>
    public static string Resiliency(string spec) =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: rules }}\nspec:\n{spec}\n";

    public static string HttpEndpoint(string name, string spec, string more = "") =>
        $"apiVersion: dapr.io/v1alpha1\nkind: HTTPEndpoint\nmetadata: {{ name: {name} }}\nspec: {spec}\n{more}\n";
}
