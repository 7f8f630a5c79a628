using System.Text.Json;

namespace McpMesh.Chaos;

/// <summary>The report for programs.</summary>
internal static class ChaosJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(ChaosReport report) => Console.WriteLine(JsonSerializer.Serialize(report, Options));
}
