using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// A compressed file. It can only be read forwards, so one pass keeps the newest matches that a page can need: memory is bounded by the
/// page.
/// </summary>
internal sealed class GzipLogSource : ILogSource
{
    /// <summary>Most bytes that are decompressed of one file; a small file may hold far more than it weighs.</summary>
    public const long MaxDecompressedBytes = 2L * 1024 * 1024 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly LineFilter _filter;
    private readonly int _keep;
    private readonly Queue<LogEntry> _newest = new();
    private readonly Stack<LogEntry> _ready = new();
    private readonly long _before;
    private bool _read;
    private long _overlong;

    /// <param name="file">The file.</param>
    /// <param name="handle">Opened; the source disposes it.</param>
    /// <param name="fingerprint">Of the first bytes, uncompressed.</param>
    /// <param name="format">Format of its lines.</param>
    /// <param name="reference">Last write.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="position">Where an earlier page stopped; null for the first page.</param>
    public GzipLogSource(
        LogFile file, SafeFileHandle handle, FileFingerprint fingerprint, ILogFormat format, DateTimeOffset reference, LogQuery query,
        long? position)
    {
        (File, Fingerprint, _handle) = (file, fingerprint, handle);
        _filter = new LineFilter(query, format, file, reference);
        _before = position ?? long.MaxValue;
        _keep = query.Limit + 1;
    }

    public LogFile File { get; }

    public FileFingerprint Fingerprint { get; }

    public LogEntry? Current { get; private set; }

    public long Position => Current is not null ? Current.Offset + 1 : _read && _ready.Count == 0 ? 0 : _before;

    public long InvalidLines => _filter.InvalidLines + _overlong;

    public bool TryAdvance(ReadBudget budget, CancellationToken cancellationToken)
    {
        if (!_read)
        {
            ReadAll(cancellationToken); // a pass that stopped half-way would have to start again from the first byte
            _read = true;
            while (_newest.TryDequeue(out var entry)) _ready.Push(entry);
        }
        Current = _ready.TryPop(out var next) ? next : null;
        return true;
    }

    public void Dispose() => _handle.Dispose();

    private void ReadAll(CancellationToken cancellationToken)
    {
        using var lines = new ForwardLineReader(
            new GZipStream(new FileStream(_handle, FileAccess.Read, 0), CompressionMode.Decompress), MaxDecompressedBytes);
        for (var count = 0; lines.TryRead(out var line, out var offset) && offset < _before; count++)
        {
            if (count % 1024 == 0) cancellationToken.ThrowIfCancellationRequested();
            if (_filter.Match(line, offset, out _) is not { } entry) continue;
            _newest.Enqueue(entry);
            if (_newest.Count > _keep) _newest.Dequeue();
        }
        _overlong = lines.OverlongLines;
    }
}
