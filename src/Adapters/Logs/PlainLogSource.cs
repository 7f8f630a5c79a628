using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>An uncompressed file, read backwards.</summary>
internal sealed class PlainLogSource : ILogSource
{
    private const int LinesBetweenChecks = 1024;
    private readonly SafeFileHandle _handle;
    private readonly LineFilter _filter;
    private readonly BackwardLineReader _reader;
    private readonly DateTimeOffset? _notBefore;
    private long _currentEnd;
    private bool _ended;

    /// <param name="file">The file.</param>
    /// <param name="handle">Opened; the source disposes it.</param>
    /// <param name="fingerprint">Of the first bytes.</param>
    /// <param name="format">Format of its lines.</param>
    /// <param name="reference">Last write.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="position">Where an earlier page stopped; null for the first page.</param>
    public PlainLogSource(
        LogFile file, SafeFileHandle handle, FileFingerprint fingerprint, ILogFormat format, DateTimeOffset reference, LogQuery query,
        long? position)
    {
        (File, Fingerprint, _handle) = (file, fingerprint, handle);
        _filter = new LineFilter(query, format, file, reference);
        var length = RandomAccess.GetLength(handle);
        var end = Math.Min(position ?? length, length);
        if (query.From is not null || query.To is not null)
        {
            var search = new TimeSearch(handle, end, _filter);
            if (search.IsOrdered())
            {
                if (query.To is { } to && position is null) end = search.EndFor(to);
                _notBefore = query.From - TimeSearch.Slack;
            }
        }
        _reader = new BackwardLineReader(handle, end);
    }

    public LogFile File { get; }

    public FileFingerprint Fingerprint { get; }

    public LogEntry? Current { get; private set; }

    public long Position => _ended ? 0 : Current is null ? _reader.Position : _currentEnd;

    public long InvalidLines => _filter.InvalidLines + _reader.OverlongLines;

    public bool TryAdvance(ReadBudget budget, CancellationToken cancellationToken)
    {
        Current = null;
        for (var lines = 1; !_ended; lines++)
        {
            if (lines % LinesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (budget.IsSpent) return false;
            }
            var end = _reader.Position;
            if (!_reader.TryRead(out var line, out var offset)) break;
            Current = _filter.Match(line, offset, out var time);
            if (Current is not null)
            {
                _currentEnd = end;
                return true;
            }
            if (time < _notBefore) break; // all that is left is older than the query asks for
        }
        _ended = true;
        return true;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _handle.Dispose();
    }
}
