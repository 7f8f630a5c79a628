namespace McpMesh.Sidecar.Expressions;

/// <summary>A word of an expression.</summary>
/// <param name="Text">The name or symbol as written, or a string's content.</param>
/// <param name="Column">Where it begins, from 1.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, CelValue Value, int Column)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;

    public override string ToString() => Kind switch
    {
        CelTokenKind.End => "the end",
        CelTokenKind.Text => "a string",
        _ => $"'{Text}'",
    };
}
