using System.Text.Json;

namespace McpMesh.Sidecar.Expressions;

/// <summary>Logic over values that may be errors: a side that decides makes the other's error irrelevant, whichever comes first.</summary>
internal static class CelLogic
{
    public static CelValue Not(CelValue value) => value.Kind switch
    {
        CelKind.Error => value,
        CelKind.Boolean => CelValue.Of(!value.Boolean),
        _ => NoCondition(value),
    };

    public static CelOperand And(CelOperand[] parts) => new(CelKind.Boolean, e => Decide(parts, e, false));

    public static CelOperand Or(CelOperand[] parts) => new(CelKind.Boolean, e => Decide(parts, e, true));

    public static CelOperand List(CelOperand[] parts) => new(CelKind.List, e =>
    {
        var elements = new CelValue[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            elements[i] = parts[i].Evaluate(e);
            if (elements[i].IsError) return elements[i];
        }

        return CelValue.Of(elements);
    });

    public static CelValue NoCondition(CelValue value) => CelValue.Error($"a condition is expected, not {CelOperations.NameOf(value)}");

    private static CelValue Decide(CelOperand[] parts, JsonElement cloudEvent, bool decisive)
    {
        CelValue? error = null;
        foreach (var part in parts)
        {
            var value = part.Evaluate(cloudEvent);
            if (value.Kind == CelKind.Boolean && value.Boolean == decisive) return value;
            if (value.Kind != CelKind.Boolean) error ??= value.IsError ? value : NoCondition(value);
        }

        return error ?? CelValue.Of(!decisive);
    }
}
