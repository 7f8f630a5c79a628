using System.Text.Json;

namespace McpMesh.Sidecar.Expressions;

/// <summary>A part of an expression, ready to be evaluated for an event.</summary>
/// <param name="Kind">What it yields as far as that is known before there is an event.</param>
/// <param name="Literal">Its value when it is written in the expression.</param>
internal sealed record CelOperand(CelKind Kind, Func<JsonElement, CelValue> Evaluate, CelValue? Literal = null)
{
    /// <summary>The last step, when it takes a field: has() asks for it instead of taking it.</summary>
    public (CelOperand Target, string Field)? Selection { get; init; }

    public static CelOperand Constant(CelValue value) => new(value.Kind, _ => value, value);

    public bool MayBe(CelKind kind) => Kind == CelKind.Dynamic || Kind == kind;
}
