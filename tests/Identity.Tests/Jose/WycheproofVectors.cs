using System.Text.Json;

namespace McpMesh.Identity.Tests.Jose;

/// <summary>One file of Project Wycheproof.</summary>
internal sealed class WycheproofVectors
{
    private readonly JsonElement _file;

    private WycheproofVectors(JsonElement file) => _file = file;

    public static WycheproofVectors Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Vectors", name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new WycheproofVectors(document.RootElement.Clone());
    }

    /// <summary>
    /// Runs every test of the file and fails when a test differs from upstream without being listed, when a listed one no longer differs,
    /// or when the number run is not the number that the file states.
    /// </summary>
    public void Run(Func<JsonElement, JsonElement, bool> accepts, IReadOnlyDictionary<int, string> deviations)
    {
        var (run, differing, unexpected) = (0, new SortedSet<int>(), new List<string>());
        foreach (var group in _file.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                run++;
                var accepted = accepts(group, test);
                var result = test.GetProperty("result").GetString();
                if (result == "acceptable" || accepted == (result == "valid")) continue;
                var id = test.GetProperty("tcId").GetInt32();
                differing.Add(id);
                if (deviations.ContainsKey(id)) continue;
                unexpected.Add($"{id} {test.GetProperty("comment")} {test.GetProperty("flags")}: upstream {result}, accepted {accepted}");
            }
        }

        Assert.Empty(unexpected);
        Assert.Equal(deviations.Keys.Order(), differing);
        Assert.Equal(_file.GetProperty("numberOfTests").GetInt32(), run);
    }
}
