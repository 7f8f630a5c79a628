namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar with the components that both engines have: two state stores, an in-process broker, two secret files.</summary>
public class FullSidecar : SidecarFixture
{
    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override (string Name, string Value)[] Environment => [("CONFORMANCE_TABLE", "other_state")];

    internal override void WriteResources()
    {
        Folder.WriteComponent("statestore", "state.sqlite", ("connectionString", Database), ("actorStateStore", "true"));
        Folder.WriteComponent("memory", "state.in-memory");
        // The same tables under other prefixes.
        Folder.WriteComponent("byliteral", "state.sqlite", ("connectionString", Database), ("keyPrefix", AppId));
        Folder.WriteComponent("byname", "state.sqlite", ("connectionString", Database), ("keyPrefix", "name"));
        Folder.WriteResource("of-another", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: of-another }
            spec: { type: state.in-memory, version: v1 }
            scopes: [another]
            """);
        Folder.WriteResource("byreference", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: byreference }
            spec:
              type: state.sqlite
              version: v1
              metadata:
                - { name: connectionString, value: "{{Database}}" }
                - { name: keyPrefix, secretKeyRef: { name: prefix, key: prefix } }
                - { name: tableName, envRef: CONFORMANCE_TABLE }
            auth: { secretStore: secrets }
            """);
        Folder.WriteComponent("pubsub", "pubsub.in-memory", ("protectedTopics", "forbidden"));
        var secrets = Folder.Write("secrets.json", """{"plain":"one","nested":{"deep":"two"},"denied":"three","prefix":"name"}""");
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
