namespace McpMesh.Sidecar.Components;

/// <summary>A component in use.</summary>
/// <param name="Instance">What the APIs work with: a NamedStateStore, a NamedPubSub, a NamedConfigurationStore, a secret store.</param>
/// <param name="Owned">What has to be closed; null when nothing has.</param>
internal sealed record OpenComponent(
    ComponentDeclaration Declaration, ComponentDescription Description, object Instance, IDisposable? Owned);
