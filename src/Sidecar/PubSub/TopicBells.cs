using System.IO.MemoryMappedFiles;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// A word a topic in memory that all sidecars of one broker file share. Whoever commits something for a topic's consumers changes its
/// word; whoever waits looks at it, which costs next to nothing however busy the other topics of the file are. A bell is a hint: one that
/// was not rung, because its process died after the commit, is made good by <see cref="ChangeWatch"/>'s slower look at the file itself.
/// </summary>
internal sealed class TopicBells : IDisposable
{
    private const int Words = 512;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _words;

    /// <exception cref="StorageException">The file beside the broker's own cannot be made.</exception>
    public TopicBells(SqliteLocation location)
    {
        var bells = location with { Path = location.Path + "-bells" };
        try
        {
            bells.CreateFile();
            using var stream = new FileStream(bells.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            // Written, not stretched: on a full disk a page that has no block yet would end the process at its first use.
            if (stream.Length < Words * sizeof(long)) stream.Write(new byte[Words * sizeof(long)]);
            stream.Flush();
            _file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, Words * sizeof(long), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            _words = _file.CreateViewAccessor(0, Words * sizeof(long));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(SQLitePCL.raw.SQLITE_CANTOPEN, $"cannot open {bells.Path}: {error.Message}");
        }
    }

    /// <summary>Any other value than before will do, and two that ring at once make one.</summary>
    public void Ring(string topic) => _words.Write(OffsetOf(topic), Random.Shared.NextInt64());

    public long Look(string topic) => _words.ReadInt64(OffsetOf(topic));

    public void Dispose()
    {
        _words.Dispose();
        _file.Dispose();
    }

    // Two topics may share a word: then the one wakes the other's consumers, who look and sleep on.
    private static long OffsetOf(string topic) => (long)(Hash(topic) % Words) * sizeof(long);

    // Of all processes alike, unlike string's own.
    private static ulong Hash(string topic)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in topic) hash = (hash ^ character) * 1099511628211UL;
        return hash ^ (hash >> 32);
    }
}
