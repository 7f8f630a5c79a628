namespace McpMesh.Samples.ShopData;

/// <summary>A change of a service's version.</summary>
internal sealed record Deploy(DateTimeOffset At, string Service, string Version, string Commit, string By, string Note);
