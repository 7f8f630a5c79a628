namespace McpMesh.Sidecar.Expressions;

/// <summary>
/// Recursive descent over CEL's grammar: <c>|| &amp;&amp;</c>, relations, <c>!</c>, members and calls. What CEL has and routing rules do
/// not need (arithmetic, conditionals, macros, maps, conversions) is refused by name.
/// </summary>
internal sealed class CelParser
{
    private const int DeepestNesting = 32;
    private const int LongestPath = 64;
    private static readonly HashSet<string> Arithmetic = new(StringComparer.Ordinal) { "+", "-", "*", "/", "%" };
    private readonly CelLexer _lexer;
    private CelToken _token;
    private int _depth;

    public CelParser(string text)
    {
        _lexer = new CelLexer(text);
        _token = _lexer.Next();
    }

    /// <exception cref="FormatException">Says at which column what is wrong.</exception>
    public CelOperand ParseCondition()
    {
        var condition = Condition(Or(), 1);
        return _token.Kind == CelTokenKind.End ? condition : throw Unexpected();
    }

    private CelOperand Or() => Chain("||", And, CelLogic.Or);

    private CelOperand And() => Chain("&&", Relation, CelLogic.And);

    private CelOperand Chain(string symbol, Func<CelOperand> next, Func<CelOperand[], CelOperand> join)
    {
        var column = _token.Column;
        var first = next();
        if (!_token.Is(symbol)) return first;
        var parts = new List<CelOperand> { Condition(first, column) };
        while (Take(symbol))
        {
            column = _token.Column;
            parts.Add(Condition(next(), column));
        }

        return join([.. parts]);
    }

    private CelOperand Relation()
    {
        var left = Unary();
        while (_token.Kind is CelTokenKind.Symbol or CelTokenKind.Name)
        {
            var operation = _token;
            if (Arithmetic.Contains(operation.Text)) throw NotServed(operation, "arithmetic");
            if (operation.Is("?")) throw NotServed(operation, "a conditional");
            if (!CelRelation.TryFind(operation, out var relation)) return left;
            Advance();
            var right = Unary();
            relation.Check(left, right, operation);
            left = relation.Join(left, right);
        }

        return left;
    }

    private CelOperand Unary()
    {
        var operation = _token;
        if (Take("!"))
        {
            var column = _token.Column;
            var operand = Condition(Nested(Unary), column);
            return new CelOperand(CelKind.Boolean, e => CelLogic.Not(operand.Evaluate(e)));
        }

        if (!Take("-")) return Member();
        var number = _token;
        Advance();
        return CelOperand.Constant(number.Kind switch
        {
            CelTokenKind.Integer when number.Value.Unsigned <= 1ul << 63 => CelValue.Of(unchecked(-(long)number.Value.Unsigned)),
            CelTokenKind.Double => CelValue.Of(-number.Value.Double),
            CelTokenKind.Integer => throw CelLexer.At(number.Column, $"{number} is too large"),
            _ => throw NotServed(operation, "arithmetic"),
        });
    }

    private CelOperand Member()
    {
        var operand = Primary();
        for (var steps = 0; ; steps++)
        {
            if (steps == LongestPath) throw CelLexer.At(_token.Column, $"the path is longer than {LongestPath} steps");
            var target = operand;
            if (Take("."))
            {
                var name = _token;
                if (name.Kind != CelTokenKind.Name) throw Unexpected();
                Advance();
                if (Take("("))
                {
                    operand = CelFunctions.CallOn(target, name, Arguments(")"));
                }
                else
                {
                    var field = name.Text;
                    if (!target.MayBe(CelKind.Map))
                        throw CelLexer.At(name.Column, $"{CelOperations.NameOf(target.Kind)} has no field {name}");
                    operand = new CelOperand(CelKind.Dynamic, e => CelOperations.Select(target.Evaluate(e), field))
                    {
                        Selection = (target, field),
                    };
                }
            }
            else if (Take("["))
            {
                var index = Nested(Or);
                Expect("]");
                operand = new CelOperand(CelKind.Dynamic, e => CelOperations.Index(target.Evaluate(e), index.Evaluate(e)));
            }
            else
            {
                return operand;
            }
        }
    }

    private CelOperand Primary()
    {
        var token = _token;
        Advance();
        switch (token.Kind)
        {
            case CelTokenKind.Text or CelTokenKind.Double or CelTokenKind.Unsigned:
                return CelOperand.Constant(token.Value);
            case CelTokenKind.Integer:
                return token.Value.Unsigned <= long.MaxValue
                    ? CelOperand.Constant(CelValue.Of((long)token.Value.Unsigned))
                    : throw CelLexer.At(token.Column, $"{token} is too large");
            case CelTokenKind.Name:
                return Named(token);
            case CelTokenKind.Symbol when token.Text == "(":
                var inner = Nested(Or);
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text == "[":
                return CelLogic.List(Arguments("]"));
            case CelTokenKind.Symbol when token.Text == "{":
                throw NotServed(token, "a map");
            default:
                throw Unexpected(token);
        }
    }

    private CelOperand Named(CelToken name)
    {
        if (Take("(")) return CelFunctions.Call(name, Arguments(")"));
        return name.Text switch
        {
            "event" => new CelOperand(CelKind.Dynamic, CelValue.Of),
            "true" => CelOperand.Constant(CelValue.Of(true)),
            "false" => CelOperand.Constant(CelValue.Of(false)),
            "null" => CelOperand.Constant(CelValue.Null),
            _ => throw CelLexer.At(name.Column, $"{name} is unknown: the one variable is 'event'"),
        };
    }

    private CelOperand[] Arguments(string end)
    {
        var arguments = new List<CelOperand>();
        while (!Take(end))
        {
            if (arguments.Count > 0) Expect(",");
            arguments.Add(Nested(Or));
        }

        return [.. arguments];
    }

    private CelOperand Nested(Func<CelOperand> parse)
    {
        if (++_depth > DeepestNesting) throw CelLexer.At(_token.Column, $"nested deeper than {DeepestNesting} levels");
        var operand = parse();
        _depth--;
        return operand;
    }

    private static CelOperand Condition(CelOperand operand, int column) => operand.MayBe(CelKind.Boolean)
        ? operand
        : throw CelLexer.At(column, $"a condition is expected here, not {CelOperations.NameOf(operand.Kind)}");

    private bool Take(string symbol)
    {
        if (!_token.Is(symbol)) return false;
        Advance();
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw CelLexer.At(_token.Column, $"'{symbol}' is expected here, not {_token}");
    }

    private void Advance() => _token = _lexer.Next();

    private FormatException Unexpected() => Unexpected(_token);

    private static FormatException Unexpected(CelToken token) => CelLexer.At(token.Column, $"{token} is not expected here");

    private static FormatException NotServed(CelToken token, string what) =>
        CelLexer.At(token.Column, $"{token}: {what} is not served in a match; comparisons, && || !, in and text functions are");
}
