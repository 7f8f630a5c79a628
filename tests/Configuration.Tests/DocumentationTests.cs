using System.Reflection;
using System.Text.RegularExpressions;
using McpMesh.Configuration.Binding;

namespace McpMesh.Configuration.Tests;

/// <summary>docs/configuration.md tells of every key there is.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void Every_key_of_mesh_yaml_stands_on_its_page()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));

        var missing = KeysOf(typeof(MeshConfiguration), []).Distinct()
            .Where(key => !Regex.IsMatch(page, $@"`(\w+\.)*{Regex.Escape(key)}(\.\w+)*`", RegexOptions.None, TimeSpan.FromSeconds(1)));

        Assert.Empty(missing);
    }

    private static IEnumerable<string> KeysOf(Type record, HashSet<Type> seen)
    {
        if (!seen.Add(record)) yield break;
        foreach (var field in RecordShape.Of(record).Fields)
        {
            yield return field.Key;
            foreach (var nested in RecordsIn(field.Property))
                foreach (var key in KeysOf(nested, seen)) yield return key;
        }
    }

    private static IEnumerable<Type> RecordsIn(PropertyInfo property)
    {
        var type = property.PropertyType;
        return type.GetGenericArguments().Append(type).Where(t => t.Assembly == typeof(MeshConfiguration).Assembly);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "McpMesh.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }
}
