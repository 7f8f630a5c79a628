namespace McpMesh.Sidecar.Expressions;

/// <summary>The types of CEL values. Before evaluation, what comes from the event is <see cref="Dynamic"/>.</summary>
internal enum CelKind
{
    Dynamic,
    Error,
    Null,
    Boolean,
    Integer,
    Unsigned,
    Double,
    Text,
    List,
    Map,
}
