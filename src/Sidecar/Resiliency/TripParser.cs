using System.Globalization;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>Recursive descent over one trip expression; operators bind as in CEL.</summary>
internal sealed class TripParser(string text)
{
    private const int DeepestNesting = 32;
    private int _at;
    private int _depth;

    public Func<BreakerCounts, bool> ParseCondition()
    {
        var condition = Condition(Or, Start());
        SkipSpace();
        return _at == text.Length ? condition : throw Unexpected();
    }

    private Operand Or()
    {
        var start = Start();
        var left = And();
        while (Take("||"))
        {
            var (a, b) = (Condition(left, start), Condition(And, Start()));
            left = new(counts => a(counts) || b(counts), null);
        }

        return left;
    }

    private Operand And()
    {
        var start = Start();
        var left = Relation();
        while (Take("&&"))
        {
            var (a, b) = (Condition(left, start), Condition(Relation, Start()));
            left = new(counts => a(counts) && b(counts), null);
        }

        return left;
    }

    private Operand Relation()
    {
        var start = Start();
        var left = Sum();
        Func<long, long, bool>? compare = Take("==") ? (a, b) => a == b
            : Take("!=") ? (a, b) => a != b
            : Take("<=") ? (a, b) => a <= b
            : Take(">=") ? (a, b) => a >= b
            : Take("<") ? (a, b) => a < b
            : Take(">") ? (a, b) => a > b
            : null;
        if (compare is null) return left;
        var (first, second) = (Number(left, start), Number(Sum, Start()));
        return new(counts => compare(first(counts), second(counts)), null);
    }

    private Operand Sum()
    {
        var start = Start();
        var left = Product();
        while (true)
        {
            Func<long, long, long>? apply = Take("+") ? (a, b) => checked(a + b) : Take("-") ? (a, b) => checked(a - b) : null;
            if (apply is null) return left;
            left = Combine(Number(left, start), apply, Number(Product, Start()));
        }
    }

    private Operand Product()
    {
        var start = Start();
        var left = Unary();
        while (true)
        {
            Func<long, long, long>? apply = Take("*") ? (a, b) => checked(a * b)
                : Take("/") ? (a, b) => a / b
                : Take("%") ? (a, b) => a % b
                : null;
            if (apply is null) return left;
            left = Combine(Number(left, start), apply, Number(Unary, Start()));
        }
    }

    private static Operand Combine(Func<BreakerCounts, long> left, Func<long, long, long> apply, Func<BreakerCounts, long> right) =>
        new(null, counts => apply(left(counts), right(counts)));

    private Operand Unary()
    {
        if (++_depth > DeepestNesting) throw new FormatException($"is nested deeper than {DeepestNesting} levels");
        try
        {
            if (Take("!"))
            {
                var negated = Condition(Unary, Start());
                return new(counts => !negated(counts), null);
            }

            if (!Take("-")) return Primary();
            var value = Number(Unary, Start());
            return new(null, counts => checked(-value(counts)));
        }
        finally
        {
            _depth--;
        }
    }

    private Operand Primary()
    {
        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw Unexpected();
        }

        SkipSpace();
        var length = 0;
        while (_at + length < text.Length && (char.IsAsciiLetterOrDigit(text[_at + length]) || text[_at + length] is '_' or '.')) length++;
        if (length == 0) throw Unexpected();
        var word = text.Substring(_at, length);
        var operand = char.IsAsciiDigit(word[0]) ? Literal(word) : Named(word);
        _at += length;
        return operand;
    }

    private Operand Literal(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(null, _ => number)
            : throw At(_at, $"'{word}' is not a whole number");

    private Operand Named(string word) => word switch
    {
        "requests" => new(null, counts => counts.Requests),
        "totalSuccesses" => new(null, counts => counts.TotalSuccesses),
        "totalFailures" => new(null, counts => counts.TotalFailures),
        "consecutiveSuccesses" => new(null, counts => counts.ConsecutiveSuccesses),
        "consecutiveFailures" => new(null, counts => counts.ConsecutiveFailures),
        "true" => new(_ => true, null),
        "false" => new(_ => false, null),
        _ => throw At(_at, $"'{word}' is none of requests, totalSuccesses, totalFailures, consecutiveSuccesses, consecutiveFailures"),
    };

    private static Func<BreakerCounts, bool> Condition(Func<Operand> parse, int at) => Condition(parse(), at);

    private static Func<BreakerCounts, long> Number(Func<Operand> parse, int at) => Number(parse(), at);

    private static Func<BreakerCounts, bool> Condition(Operand operand, int at) =>
        operand.Condition ?? throw At(at, "a condition is expected here");

    private static Func<BreakerCounts, long> Number(Operand operand, int at) =>
        operand.Number ?? throw At(at, "a number is expected here");

    private bool Take(string token)
    {
        SkipSpace();
        if (!text.AsSpan(_at).StartsWith(token, StringComparison.Ordinal)) return false;
        _at += token.Length;
        return true;
    }

    private int Start()
    {
        SkipSpace();
        return _at;
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private FormatException Unexpected() =>
        At(_at, _at < text.Length ? $"'{text[_at]}' is not expected here" : "the expression ends early");

    private static FormatException At(int at, string problem) => new($"column {at + 1}: {problem}");

    private readonly record struct Operand(Func<BreakerCounts, bool>? Condition, Func<BreakerCounts, long>? Number);
}
