namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>Where sidecars start, and where their relative paths start from.</summary>
internal sealed record SidecarHost(string Directory);
