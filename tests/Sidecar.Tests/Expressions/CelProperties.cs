using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Sidecar.Expressions;

namespace McpMesh.Sidecar.Tests.Expressions;

public sealed class CelProperties
{
    private static readonly Gen<string> Names = Gen.Elements("a", "b", "c");

    private static readonly Gen<string> Words = Gen.Elements("", "x", "xy", "y", "it's", "a\\b");

    private static readonly Gen<object?> Scalars = Gen.OneOf(
        Words.Select(word => (object?)word),
        Gen.Choose(-3, 3).Select(number => (object?)(long)number),
        Gen.Choose(-6, 6).Select(number => (object?)(number / 2.0)),
        Gen.Elements<object?>(true, false, null));

    private static readonly Gen<CelModel.Field> Fields =
        from path in Names.NonEmptyListOf().Where(path => path.Count <= 3)
        from indexed in Gen.Elements(true, false)
        select new CelModel.Field([.. path], indexed);

    private static readonly string[] Symbols =
    [
        "event", ".", "a", "(", ")", "[", "]", "==", "!=", "&&", "||", "!", "<", "in", "has", "size", "'x'", "\"", "1", "-", "1.5", "null",
        "true", " ", ",", "\\", "startsWith", "//", "{", "?", "+", "u", "\n", "é", "😀",
    ];

    [Fact]
    public void Evaluation_agrees_with_a_naive_reading_of_the_language() => Prop
        .ForAll(
            Arb.From(Conditions(3).SelectMany(condition => Events(2).Select(cloudEvent => (Condition: condition, Event: cloudEvent)))),
            one => Agrees(one.Condition, one.Event))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Any_text_is_an_expression_or_refused_with_a_reason() => Prop
        .ForAll(
            Arb.From(Gen.OneOf(
                Gen.Elements(Symbols).ListOf().Select(string.Concat),
                ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? ""))),
            IsReadOrRefused)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static bool Agrees(CelModel condition, Dictionary<string, object?> cloudEvent)
    {
        using var document = JsonSerializer.SerializeToDocument(cloudEvent);
        object? actual;
        try
        {
            actual = CelExpression.Parse(condition.Text).IsTrueOf(document.RootElement);
        }
        catch (CelEvaluationException)
        {
            actual = CelModel.Unknown;
        }
        catch (FormatException)
        {
            return IsNeverPossible(condition); // refused, because it compares literals of different types
        }

        var expected = condition.Value(cloudEvent);
        return actual.Equals(expected is bool ? expected : CelModel.Unknown);
    }

    private static bool IsNeverPossible(CelModel model) => model switch
    {
        CelModel.Relation { Operation: not ("==" or "!=") } order
            when KindOf(order.Left) == "null" || KindOf(order.Right) == "null" => true,
        CelModel.Relation relation => KindOf(relation.Left) is { } left && KindOf(relation.Right) is { } right && left != right,
        CelModel.Test test => KindOf(test.Target) is not (null or "string"),
        CelModel.Not not => KindOf(not.Operand) is not (null or "bool") || IsNeverPossible(not.Operand),
        CelModel.Junction junction => Array.Exists(junction.Parts, part => KindOf(part) is not (null or "bool") || IsNeverPossible(part)),
        CelModel.In membership => IsNeverPossible(membership.Item),
        CelModel.Literal literal => literal.Content is not bool,
        _ => false,
    };

    private static string? KindOf(CelModel model) => model is not CelModel.Literal literal ? null : literal.Content switch
    {
        null => "null",
        bool => "bool",
        string => "string",
        _ => "number",
    };

    private static bool IsReadOrRefused(string text)
    {
        using var document = JsonDocument.Parse("""{"a":{"a":"x"}}""");
        try
        {
            CelExpression.Parse(text).IsTrueOf(document.RootElement);
            return true;
        }
        catch (FormatException error)
        {
            return error.Message.Length > 0;
        }
        catch (CelEvaluationException error)
        {
            return error.Message.Length > 0;
        }
    }

    private static Gen<Dictionary<string, object?>> Events(int depth) =>
        from names in Names.ListOf().Select(names => names.Distinct().ToArray())
        from values in Values(depth).ListOf(names.Length)
        select names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);

    // As JSON keeps them: one kind of number.
    private static Gen<object?> Values(int depth)
    {
        var scalars = Scalars.Select(value => value is long whole ? (double)whole : value);
        return depth == 0 ? scalars : Gen.OneOf(scalars, Events(depth - 1).Select(map => (object?)map));
    }

    private static Gen<CelModel> Operands() => Gen.OneOf(
        Scalars.Select(value => (CelModel)new CelModel.Literal(value)), Fields.Select(field => (CelModel)field));

    private static Gen<CelModel> Conditions(int depth)
    {
        var simple = Gen.OneOf(
            from left in Operands()
            from operation in Gen.Elements("==", "!=", "<", "<=", ">", ">=")
            from right in Operands()
            select (CelModel)new CelModel.Relation(left, operation, right),
            from item in Operands()
            from elements in Operands().ListOf(3)
            select (CelModel)new CelModel.In(item, [.. elements]),
            from target in Operands()
            from function in Gen.Elements("startsWith", "endsWith", "contains", "matches")
            from argument in Gen.Elements("x", "y", "xy")
            select (CelModel)new CelModel.Test(target, function, argument),
            Fields.Select(field => (CelModel)new CelModel.Has(field with { Indexed = false })),
            Fields.Select(field => (CelModel)field));
        if (depth == 0) return simple;
        return Gen.OneOf(
            simple,
            Conditions(depth - 1).Select(operand => (CelModel)new CelModel.Not(operand)),
            from parts in Conditions(depth - 1).ListOf(3)
            from isAnd in Gen.Elements(true, false)
            select (CelModel)new CelModel.Junction([.. parts], isAnd));
    }
}
