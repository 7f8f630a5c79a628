using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Paths of the sections.</summary>
internal static class MeshFields
{
    public static FieldPath Identity { get; } = FieldPath.Root.Field("identity");

    public static FieldPath Gateway { get; } = FieldPath.Root.Field("gateway");

    public static FieldPath Limits { get; } = FieldPath.Root.Field("limits");

    public static FieldPath Clients { get; } = FieldPath.Root.Field("clients");

    public static FieldPath Rules { get; } = FieldPath.Root.Field("rules");

    public static FieldPath Role(string name) => FieldPath.Root.Field("roles").Field(name);

    public static FieldPath Group(string name) => FieldPath.Root.Field("groups").Field(name);

    public static FieldPath Server(string name) => FieldPath.Root.Field("servers").Field(name);

    public static FieldPath Runbook(string name) => FieldPath.Root.Field("runbooks").Field(name);
}
