using System.Globalization;
using System.Text;

namespace McpMesh.Sidecar.Expressions;

/// <summary>Reads the content of one string literal, with CEL's escapes unless it is raw.</summary>
internal sealed class CelStringReader(string text, int start, string quote, bool isRaw)
{
    private readonly StringBuilder _content = new();

    /// <summary>Returns where the expression goes on.</summary>
    /// <exception cref="FormatException">The string does not end, or an escape is unknown.</exception>
    public int ReadFrom(int at, out string content)
    {
        while (string.CompareOrdinal(text, at, quote, 0, quote.Length) != 0)
        {
            if (at >= text.Length || (quote.Length == 1 && text[at] is '\n' or '\r'))
                throw CelLexer.At(start + 1, "the string does not end");
            if (isRaw || text[at] != '\\') _content.Append(text[at++]);
            else at = ReadEscape(at + 1);
        }

        content = _content.ToString();
        return at + quote.Length;
    }

    private int ReadEscape(int at)
    {
        if (at >= text.Length) throw CelLexer.At(start + 1, "the string does not end");
        switch (text[at])
        {
            case 'x' or 'X':
                return ReadCode(at + 1, 2, NumberStyles.AllowHexSpecifier, at);
            case 'u':
                return ReadCode(at + 1, 4, NumberStyles.AllowHexSpecifier, at);
            case 'U':
                return ReadCode(at + 1, 8, NumberStyles.AllowHexSpecifier, at);
            case >= '0' and <= '3':
                return ReadOctal(at);
            default:
                _content.Append(text[at] switch
                {
                    'a' => '\a',
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\v',
                    '\\' or '"' or '\'' or '`' or '?' => text[at],
                    var other => throw CelLexer.At(at, $"'\\{other}' is not an escape"),
                });
                return at + 1;
        }
    }

    private int ReadOctal(int at)
    {
        if (at + 3 > text.Length || text[at + 1] is < '0' or > '7' || text[at + 2] is < '0' or > '7')
            throw CelLexer.At(at, "an octal escape has three digits");
        _content.Append((char)(((text[at] - '0') << 6) | ((text[at + 1] - '0') << 3) | (text[at + 2] - '0')));
        return at + 3;
    }

    private int ReadCode(int at, int digits, NumberStyles style, int escape)
    {
        if (at + digits > text.Length || !uint.TryParse(text.AsSpan(at, digits), style, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code))
        {
            throw CelLexer.At(escape, $"'\\{text[escape]}' needs {digits} hexadecimal digits of a character");
        }

        _content.Append(new Rune(code).ToString());
        return at + digits;
    }
}
