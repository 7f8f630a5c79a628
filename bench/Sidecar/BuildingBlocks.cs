using System.Net;
using System.Text;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Sidecar;

/// <summary>Operations per second of state and publish on SQLite files, every acknowledged change synced.</summary>
internal static class BuildingBlocks
{
    private const int Connections = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static async Task<Table> MeasureAsync(string folder, CancellationToken cancellationToken)
    {
        var resources = Directory.CreateDirectory(Path.Combine(folder, "components")).FullName;
        await WriteComponentAsync(resources, "statestore", "state.sqlite", Path.Combine(folder, "state.db"), cancellationToken);
        await WriteComponentAsync(resources, "pubsub", "pubsub.sqlite", Path.Combine(folder, "pubsub.db"), cancellationToken);
        await using var sidecar = await SidecarProgram.StartAsync(
            folder, ["--app-id", "blocks", "--resources-path", resources], cancellationToken);
        var target = sidecar.Address;
        var bulk = string.Join(',', Enumerable.Range(0, 10).Select(i =>
            $$"""{"entryId":"{{i}}","event":{"order":{{i}}},"contentType":"application/json"}"""));
        (string Name, byte[] Request, int Operations)[] kinds =
        [
            ("state save", Post(target, "/v1.0/state/statestore", """[{"key":"order","value":{"total":42}}]"""), 1),
            ("state get", Get(target, "/v1.0/state/statestore/order"), 1),
            ("publish", Post(target, "/v1.0/publish/pubsub/orders", """{"order":1}"""), 1),
            ("bulk publish of 10", Post(target, "/v1.0/publish/bulk/pubsub/orders", $"[{bulk}]"), 10),
        ];
        var table = new Table { Border = TableBorder.Rounded }.AddColumns("operation", "per second", "p50 ms", "p99 ms");
        table.Title = new TableTitle($"{Connections} connections, {Duration.TotalSeconds:0} s each");
        foreach (var (name, request, operations) in kinds)
        {
            await ClosedLoop.RunAsync(target, request, Connections, TimeSpan.FromSeconds(1), cancellationToken);
            var result = await ClosedLoop.RunAsync(target, request, Connections, Duration, cancellationToken);
            table.AddRow(name, $"{result.CallsPerSecond * operations:N0}", $"{result.P50:0.00}", $"{result.P99:0.00}");
        }

        return table;
    }

    private static Task WriteComponentAsync(string folder, string name, string type, string file, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(
            Path.Combine(folder, name + ".yaml"),
            $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: {{name}} }
            spec:
              type: {{type}}
              version: v1
              metadata: [{ name: connectionString, value: "data source={{file}}" }]
            """,
            cancellationToken);

    private static byte[] Post(IPEndPoint target, string path, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static byte[] Get(IPEndPoint target, string path) =>
        Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: {target}\r\n\r\n");
}
