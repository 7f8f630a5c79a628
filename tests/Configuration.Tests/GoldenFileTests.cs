namespace McpMesh.Configuration.Tests;

/// <summary>
/// Each <c>golden/{case}.yaml</c> must load with exactly the errors of <c>golden/{case}.errors</c>, or without any when there is no such
/// file. A file <c>golden/overlays/{case}.yaml</c> is laid over it. A new case needs no code.
/// </summary>
public sealed class GoldenFileTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "golden");

    public static TheoryData<string> Cases =>
        new(Directory.EnumerateFiles(s_folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void File_yields_exactly_the_errors_written_beside_it(string name)
    {
        var file = Path.Combine(s_folder, name + ".yaml");
        var environment = File.Exists(Path.Combine(s_folder, "overlays", name + ".yaml")) ? name : null;
        var expectedFile = Path.Combine(s_folder, name + ".errors");
        var expected = File.Exists(expectedFile) ? File.ReadAllText(expectedFile).TrimEnd() : "";

        var actual = ErrorsOf(file, environment);

        Assert.Equal(expected, actual);
    }

    private static string ErrorsOf(string file, string? environment)
    {
        try
        {
            MeshFile.Load(file, environment, name => name == "GOLDEN" ? "golden" : null);
            return "";
        }
        catch (MeshConfigurationException refused)
        {
            return string.Join("\n", refused.Errors).Replace(s_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        }
    }
}
