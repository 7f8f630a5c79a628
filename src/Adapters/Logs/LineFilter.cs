using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>Decides whether a line answers a query: the cheap tests on bytes come first, parsing the message comes last.</summary>
internal sealed class LineFilter
{
    private readonly LogQuery _query;
    private readonly byte[]? _text;
    private readonly ILogFormat _format;
    private readonly LogFile _file;
    private readonly string _fileService;
    private readonly DateTimeOffset _reference;
    private readonly bool _asciiText;

    public LineFilter(LogQuery query, ILogFormat format, LogFile file, DateTimeOffset reference)
    {
        (_query, _format, _file, _fileService, _reference) = (query, format, file, file.Service, reference);
        _text = query.Text is null ? null : Encoding.UTF8.GetBytes(query.Text);
        _asciiText = query.Text is not null && Ascii.IsValid(query.Text);
    }

    /// <summary>Lines that the format does not accept.</summary>
    public long InvalidLines { get; private set; }

    /// <summary>Time of a line; null when it has none.</summary>
    public DateTimeOffset? TimeOf(ReadOnlySpan<byte> line) =>
        _format.TryParse(line, _reference, false, out var parsed) ? parsed.Time : null;

    /// <summary>
    /// The entry of a line that matches; null otherwise. <paramref name="time"/> is the line's time, or null when it is invalid.
    /// </summary>
    public LogEntry? Match(ReadOnlySpan<byte> line, long offset, out DateTimeOffset? time)
    {
        time = null;
        if (line.IsEmpty) return null;
        if (!_format.TryParse(line, _reference, false, out var parsed))
        {
            InvalidLines++;
            return null;
        }
        time = parsed.Time;
        if (parsed.Time < _query.From || parsed.Time > _query.To || parsed.Severity < _query.Least) return null;
        var service = parsed.Service ?? _fileService;
        if (_query.Service is { } wanted && !Same(service, wanted) && !Same(_fileService, wanted)) return null;
        var found = _text is null || ContainsText(line);
        // JSON may write a character as an escape, so what a reader sees is looked at too.
        if (!found && !line.Contains((byte)'\\')) return null;
        _format.TryParse(line, _reference, true, out parsed);
        var message = parsed.Message ?? "";
        if (!found && !message.Contains(_query.Text!, Comparison)) return null;
        if (message.Length > LogEntry.MaxMessageLength) message = string.Concat(message.AsSpan(0, LogEntry.MaxMessageLength - 1), "…");
        return new LogEntry(parsed.Time, SeverityNames.NameOf(parsed.Severity), service, message, _file.RelativePath, offset);
    }

    private StringComparison Comparison => _query.MatchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private bool ContainsText(ReadOnlySpan<byte> line)
    {
        if (_query.MatchCase) return line.IndexOf(_text) >= 0;
        return _asciiText
            ? ContainsAsciiIgnoringCase(line)
            : Encoding.UTF8.GetString(line).Contains(_query.Text!, StringComparison.OrdinalIgnoreCase);
    }

    private bool ContainsAsciiIgnoringCase(ReadOnlySpan<byte> line)
    {
        var text = _text.AsSpan();
        var (lower, upper) = ((byte)char.ToLowerInvariant((char)text[0]), (byte)char.ToUpperInvariant((char)text[0]));
        while (line.Length >= text.Length)
        {
            var first = line.IndexOfAny(lower, upper);
            if (first < 0 || line.Length - first < text.Length) return false;
            if (Ascii.EqualsIgnoreCase(line.Slice(first, text.Length), text)) return true;
            line = line[(first + 1)..];
        }
        return false;
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
