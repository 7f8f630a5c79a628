namespace McpMesh.Sidecar.Expressions;

internal enum CelTokenKind
{
    End,
    Name,
    Text,
    Integer,
    Unsigned,
    Double,
    Symbol,
}
