namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar with the components that both engines have: two state stores, an in-process broker, two secret files.</summary>
public class FullSidecar : SidecarFixture
{
    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override void WriteResources()
    {
        Folder.WriteComponent("statestore", "state.sqlite", ("connectionString", Database), ("actorStateStore", "true"));
        Folder.WriteComponent("memory", "state.in-memory");
        // The same tables under other prefixes.
        Folder.WriteComponent("byliteral", "state.sqlite", ("connectionString", Database), ("keyPrefix", AppId));
        Folder.WriteComponent("byname", "state.sqlite", ("connectionString", Database), ("keyPrefix", "name"));
        Folder.WriteComponent("pubsub", "pubsub.in-memory", ("protectedTopics", "forbidden"));
        var secrets = Folder.Write("secrets.json", """{"plain":"one","nested":{"deep":"two"},"denied":"three"}""");
        Folder.WriteComponent("secrets", "secretstores.local.file", ("secretsFile", secrets), ("nestedSeparator", ":"));
        Folder.WriteComponent("multi", "secretstores.local.file", ("secretsFile", secrets), ("multiValued", "true"));
        WriteConfiguration("config", """
              secrets:
                scopes:
                  - storeName: secrets
                    defaultAccess: allow
                    deniedSecrets: ["denied"]
            """);
    }

    private string Database => Folder.File("state.db");
}
