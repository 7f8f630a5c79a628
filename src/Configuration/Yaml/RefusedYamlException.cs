using YamlDotNet.Core;

namespace McpMesh.Configuration.Yaml;

/// <summary>Valid YAML that is refused here; the message is the rule.</summary>
internal sealed class RefusedYamlException(Mark start, Mark end, string rule) : YamlException(start, end, rule);
