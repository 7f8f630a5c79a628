using System.Globalization;

namespace McpMesh.Sidecar.Expressions;

/// <summary>Cuts an expression into tokens, in one pass.</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ".", ",", "-", "+", "*", "/", "%", "?", ":", "{", "}"];

    private int _at;

    /// <exception cref="FormatException">A character that begins no token, an open string, or a number out of range.</exception>
    public CelToken Next()
    {
        SkipSpace();
        var start = _at;
        if (_at == text.Length) return new(CelTokenKind.End, "", default, start + 1);
        if (IsStringAhead()) return new(CelTokenKind.Text, "", CelValue.Of(ReadString()), start + 1);
        var first = text[_at];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            return new(CelTokenKind.Name, text[start.._at], default, start + 1);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) return ReadNumber();
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return new(CelTokenKind.Symbol, symbol, default, start + 1);
        }

        throw At(start + 1, $"'{first}' is not expected here");
    }

    public static FormatException At(int column, string problem) => new($"column {column}: {problem}");

    private void SkipSpace()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\r' or '\n' or '\f') _at++;
            else if (string.CompareOrdinal(text, _at, "//", 0, 2) != 0) return;
            else _at = text.IndexOf('\n', _at) is >= 0 and var end ? end : text.Length;
        }
    }

    private bool IsStringAhead() =>
        text[_at] is '"' or '\'' || (text[_at] is 'r' or 'R' && _at + 1 < text.Length && text[_at + 1] is '"' or '\'');

    private string ReadString()
    {
        var start = _at;
        var isRaw = text[_at] is 'r' or 'R';
        if (isRaw) _at++;
        var quote = text[_at].ToString();
        if (string.CompareOrdinal(text, _at, quote + quote + quote, 0, 3) == 0) quote += quote + quote;
        _at += quote.Length;
        var content = new CelStringReader(text, start, quote, isRaw);
        _at = content.ReadFrom(_at, out var value);
        return value;
    }

    private CelToken ReadNumber()
    {
        var start = _at;
        var isHex = text[_at] == '0' && _at + 1 < text.Length && text[_at + 1] is 'x' or 'X';
        if (isHex) _at += 2;
        while (_at < text.Length && (isHex ? char.IsAsciiHexDigit(text[_at]) : char.IsAsciiDigit(text[_at]))) _at++;
        var isReal = !isHex && ReadFraction();
        var digits = isHex ? text[(start + 2).._at] : text[start.._at];
        var style = isHex ? NumberStyles.AllowHexSpecifier : isReal ? NumberStyles.Float : NumberStyles.None;
        if (isReal)
        {
            return double.TryParse(digits, style, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
                ? new(CelTokenKind.Double, digits, CelValue.Of(real), start + 1)
                : throw At(start + 1, $"'{digits}' is not a number");
        }

        var isUnsigned = _at < text.Length && text[_at] is 'u' or 'U';
        if (isUnsigned) _at++;
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var number) || IsNameAhead())
            throw At(start + 1, $"'{text[start..Math.Min(_at + 1, text.Length)]}' is not a number");
        // The largest is one too many for an int, unless a minus comes before it: the parser sees to that.
        return new(isUnsigned ? CelTokenKind.Unsigned : CelTokenKind.Integer, text[start.._at], CelValue.Of(number), start + 1);
    }

    private bool IsNameAhead() => _at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_');

    private bool ReadFraction()
    {
        var start = _at;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        }

        var exponent = _at;
        if (exponent < text.Length && text[exponent] is 'e' or 'E')
        {
            exponent++;
            if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                _at = exponent;
                while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            }
        }

        return _at > start;
    }
}
