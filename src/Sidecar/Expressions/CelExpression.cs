using System.Text.Json;

namespace McpMesh.Sidecar.Expressions;

/// <summary>
/// A condition over a CloudEvent, in the part of the Common Expression Language that Dapr's routing rules are written in. Parsing and
/// evaluation take time linear in the expression and the event; what lies outside the part is refused when it is parsed.
/// </summary>
internal sealed class CelExpression
{
    private const int LongestText = 4096;
    private readonly CelOperand _condition;

    private CelExpression(string text, CelOperand condition) => (Text, _condition) = (text, condition);

    public string Text { get; }

    /// <exception cref="FormatException">Names the column and the rule.</exception>
    public static CelExpression Parse(string text) => text.Length <= LongestText
        ? new CelExpression(text, new CelParser(text).ParseCondition())
        : throw new FormatException($"longer than {LongestText} characters");

    /// <exception cref="CelEvaluationException">There is no answer for this event: a field is missing or has another type.</exception>
    public bool IsTrueOf(JsonElement cloudEvent)
    {
        CelValue value;
        try
        {
            value = _condition.Evaluate(cloudEvent);
        }
        catch (InvalidOperationException error)
        {
            throw new CelEvaluationException(error.Message); // half a surrogate pair, which JSON can write and no string can hold
        }

        if (value.IsError) throw new CelEvaluationException(value.Reason);
        return value.Kind == CelKind.Boolean
            ? value.Boolean
            : throw new CelEvaluationException($"the result of match expression {Text} was not a boolean");
    }
}
