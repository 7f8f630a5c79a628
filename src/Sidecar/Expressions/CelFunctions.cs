using System.Text.RegularExpressions;

namespace McpMesh.Sidecar.Expressions;

/// <summary>The functions that a match may call.</summary>
internal static class CelFunctions
{
    private const string Served = "has, size, startsWith, endsWith, contains and matches are";

    public static CelOperand Call(CelToken name, CelOperand[] arguments)
    {
        switch (name.Text)
        {
            case "has":
                if (arguments is not [{ Selection: { } selection }])
                    throw CelLexer.At(name.Column, "has() takes a field: has(event.data.x)");
                return new CelOperand(CelKind.Boolean, e => CelOperations.Has(selection.Target.Evaluate(e), selection.Field));
            case "size":
                return Size(name, Only(name, arguments));
            case "matches" when arguments.Length == 2:
                return Matches(name, arguments[0], arguments[1]);
            default:
                throw CelLexer.At(name.Column, $"the function {name} is not served; {Served}");
        }
    }

    public static CelOperand CallOn(CelOperand target, CelToken name, CelOperand[] arguments)
    {
        switch (name.Text)
        {
            case "size" when arguments.Length == 0:
                return Size(name, target);
            case "startsWith":
                return Test(target, name, Only(name, arguments), (text, part) => text.StartsWith(part, StringComparison.Ordinal));
            case "endsWith":
                return Test(target, name, Only(name, arguments), (text, part) => text.EndsWith(part, StringComparison.Ordinal));
            case "contains":
                return Test(target, name, Only(name, arguments), (text, part) => text.Contains(part, StringComparison.Ordinal));
            case "matches":
                return Matches(name, target, Only(name, arguments));
            default:
                throw CelLexer.At(name.Column, $"the function {name} is not served; {Served}");
        }
    }

    private static CelOperand Only(CelToken name, CelOperand[] arguments) =>
        arguments.Length == 1 ? arguments[0] : throw CelLexer.At(name.Column, $"{name} takes one argument, not {arguments.Length}");

    private static CelOperand Size(CelToken name, CelOperand target)
    {
        if (target.Kind is CelKind.Dynamic or CelKind.Text or CelKind.List or CelKind.Map)
            return new CelOperand(CelKind.Integer, e => CelOperations.Size(target.Evaluate(e)));
        throw CelLexer.At(name.Column, $"{CelOperations.NameOf(target.Kind)} has no size");
    }

    private static CelOperand Test(CelOperand target, CelToken name, CelOperand argument, Func<string, string, bool> test)
    {
        if (!target.MayBe(CelKind.Text) || !argument.MayBe(CelKind.Text))
            throw CelLexer.At(name.Column, $"{name} is of a string and takes a string");
        return new CelOperand(CelKind.Boolean, e => CelOperations.TestText(target.Evaluate(e), argument.Evaluate(e), test));
    }

    /// <summary>RE2 and .NET's backtracking-free engine take the same patterns and the same linear time.</summary>
    private static CelOperand Matches(CelToken name, CelOperand target, CelOperand pattern)
    {
        if (pattern.Literal is not { Kind: CelKind.Text } literal)
            throw CelLexer.At(name.Column, "the pattern of matches() must be written in the expression");
        Regex regex;
        try
        {
            regex = new Regex(literal.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw CelLexer.At(name.Column, $"the pattern of matches() cannot be used: {error.Message}");
        }

        return Test(target, name, pattern, (text, _) => regex.IsMatch(text));
    }
}
