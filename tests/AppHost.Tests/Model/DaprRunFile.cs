using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace McpMesh.AppHost.Tests.Model;

/// <summary>dapr.yaml, as far as the mesh is in it.</summary>
internal sealed class DaprRunFile
{
    public Section Common { get; set; } = new();

    public List<App> Apps { get; set; } = [];

    public static DaprRunFile Read(string path)
    {
        var deserializer = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties().Build();
        return deserializer.Deserialize<DaprRunFile>(File.ReadAllText(path));
    }

    public class Section
    {
        public List<string> ResourcesPaths { get; set; } = [];

        public string? ConfigFilePath { get; set; }

        public string? MaxBodySize { get; set; }

        public string? ReadBufferSize { get; set; }

        public Dictionary<string, string> Env { get; set; } = [];
    }

    public sealed class App : Section
    {
        [YamlMember(Alias = "appID", ApplyNamingConventions = false)]
        public string AppId { get; set; } = "";

        public string AppDirPath { get; set; } = "";

        public int? AppPort { get; set; }

        public List<string>? Command { get; set; }
    }
}
