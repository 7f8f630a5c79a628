namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>A mesh's data and component files, removed at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <param name="withComponents">False leaves the folder without any.</param>
    public TestFolder(bool withComponents = true)
    {
        Directory.CreateDirectory(Components);
        if (!withComponents) return;
        WriteComponent("statestore", "state.sqlite", ("connectionString", $"data source={File("state.db")}"));
        WriteComponent("memory", "state.in-memory");
        WriteComponent("pubsub", "pubsub.sqlite", ("connectionString", $"data source={File("pubsub.db")}"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("mcpmesh-sidecar-").FullName;

    public string Components => Path.Combine(Root, "components");

    public string File(string name) => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void WriteComponent(string name, string type, params (string Name, string Value)[] metadata)
    {
        var items = string.Concat(metadata.Select(item => $"\n    - name: {item.Name}\n      value: \"{item.Value}\""));
        Write($"components/{name}.yaml", $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: {name}
            spec:
              type: {type}
              version: v1
              metadata:{(items.Length == 0 ? " []" : items)}

            """);
    }

    /// <summary>Any other resource, as its YAML.</summary>
    public string WriteResource(string name, string yaml) => Write($"components/{name}.yaml", yaml);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
