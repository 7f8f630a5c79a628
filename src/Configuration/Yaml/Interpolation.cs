using System.Text;

namespace McpMesh.Configuration.Yaml;

/// <summary>
/// Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> in scalars; <c>$${</c> stands for a literal <c>${</c>. What a variable holds is
/// never interpolated again.
/// </summary>
internal sealed class Interpolation(Func<string, string?> variables)
{
    /// <summary>The text with its variables, or the rule that is broken.</summary>
    public (string Text, string? Error) Apply(string text)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
            return (text, null);

        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (true)
        {
            var start = rest.IndexOf("${", StringComparison.Ordinal);
            if (start < 0)
                return (result.Append(rest).ToString(), null);

            if (start > 0 && rest[start - 1] == '$')
            {
                result.Append(rest[..(start - 1)]).Append("${");
                rest = rest[(start + 2)..];
                continue;
            }

            result.Append(rest[..start]);
            rest = rest[(start + 2)..];
            var end = rest.IndexOf('}');
            if (end < 0)
                return ("", "the variable after '${' is not closed with '}'; write '$${' for a literal '${'");

            var (value, error) = Resolve(rest[..end]);
            if (error is not null)
                return ("", error);

            result.Append(value);
            rest = rest[(end + 1)..];
        }
    }

    private (string? Value, string? Error) Resolve(ReadOnlySpan<char> expression)
    {
        var separator = expression.IndexOf(":-", StringComparison.Ordinal);
        var name = (separator < 0 ? expression : expression[..separator]).ToString();
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
            return (null, "a variable is written ${NAME} or ${NAME:-default}, its name of letters, digits and '_'");

        var value = variables(name);
        if (separator >= 0)
            return (string.IsNullOrEmpty(value) ? expression[(separator + 2)..].ToString() : value, null);

        return value is null
            ? (null, $"the environment variable {name} is not set; set it, or give a default: ${{{name}:-…}}")
            : (value, null);
    }
}
