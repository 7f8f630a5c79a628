using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>Opens the files of a query, from their newest line or from where an earlier page stopped.</summary>
internal static class LogSources
{
    private const int HeadBytes = 16 * 1024;

    /// <summary>A source for each readable file with anything left to read.</summary>
    public static (List<ILogSource> Sources, List<SkippedFile> Skipped) Open(
        IReadOnlyList<LogFile> files, LogQuery query, IReadOnlyList<FilePosition>? resume)
    {
        var sources = new List<ILogSource>();
        var skipped = new List<SkippedFile>();
        try
        {
            var head = new byte[HeadBytes];
            foreach (var file in files)
            {
                if (Open(file, head, query, resume, out var reason) is { } source) sources.Add(source);
                else if (reason is not null) skipped.Add(new SkippedFile(file.RelativePath, reason));
            }
            return (sources, skipped);
        }
        catch
        {
            foreach (var source in sources) source.Dispose();
            throw;
        }
    }

    private static ILogSource? Open(LogFile file, byte[] buffer, LogQuery query, IReadOnlyList<FilePosition>? resume, out string? reason)
    {
        reason = null;
        if (LogFileSet.Open(file) is not { } handle)
        {
            reason = "cannot be opened inside its root";
            return null;
        }
        ILogSource? source = null;
        try
        {
            var head = ReadHead(file, handle, buffer);
            if (head.IsEmpty) return null;
            FilePosition? resumed = null;
            if (resume is not null)
            {
                // A file the first page did not know is newer than everything it showed: it has no place in later pages.
                foreach (var position in resume) if (position.Fingerprint.Names(file, head)) resumed = position;
                if (resumed is null || resumed.Value.Before == 0) return null;
            }
            var reference = new DateTimeOffset(File.GetLastWriteTimeUtc(handle), TimeSpan.Zero);
            if (LogFormats.Detect(head, reference) is not { } format)
            {
                reason = "is of no known format";
                return null;
            }
            var fingerprint = resumed?.Fingerprint ?? FileFingerprint.Of(file, head);
            return source = file.IsCompressed
                ? new GzipLogSource(file, handle, fingerprint, format, reference, query, resumed?.Before)
                : new PlainLogSource(file, handle, fingerprint, format, reference, query, resumed?.Before);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            reason = "cannot be read";
            return null;
        }
        finally
        {
            if (source is null) handle.Dispose();
        }
    }

    private static ReadOnlySpan<byte> ReadHead(LogFile file, SafeFileHandle handle, byte[] buffer)
    {
        var read = RandomAccess.Read(handle, buffer, 0);
        if (!file.IsCompressed) return buffer.AsSpan(0, read);
        using var stream = new GZipStream(new MemoryStream(buffer, 0, read), CompressionMode.Decompress);
        var head = new byte[FileFingerprint.MaxLength * 8];
        var length = 0;
        try
        {
            while (length < head.Length && stream.Read(head, length, head.Length - length) is var bytes and > 0) length += bytes;
        }
        catch (InvalidDataException) when (read == buffer.Length)
        {
            // Only the beginning was given to the decompressor; what it made of it is enough.
        }
        return head.AsSpan(0, length);
    }
}
