namespace McpMesh.Sidecar.AccessControl;

/// <summary>One entry of an API list.</summary>
/// <param name="Version"><c>v1</c>, <c>v1alpha1</c>, <c>v1alpha2</c> or <c>v1beta1</c>.</param>
internal sealed record ApiAccessRule(string Name, string Version, bool IsGrpc);
