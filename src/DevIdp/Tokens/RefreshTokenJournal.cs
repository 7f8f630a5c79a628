using System.Text.Json;
using McpMesh.DevIdp.Hosting;

namespace McpMesh.DevIdp.Tokens;

/// <summary>
/// The families on disk: one JSON line per change, the last line of a family counts, each line forced to disk before the call returns.
/// Rewritten without the dead ones when it is opened and when it has grown. Not for concurrent use.
/// </summary>
internal sealed class RefreshTokenJournal : IDisposable
{
    private const int CompactAfter = 10_000;

    private readonly string _path;
    private FileStream _stream;
    private int _lines;

    /// <exception cref="InvalidDataException">A line other than the last is damaged.</exception>
    public RefreshTokenJournal(string path, DateTimeOffset now)
    {
        _path = path;
        Families = Load(path, now);
        _stream = Compact();
    }

    /// <summary>The live families.</summary>
    public Dictionary<string, RefreshTokenFamily> Families { get; }

    public void Write(RefreshTokenFamily family, DateTimeOffset now)
    {
        if (_lines >= CompactAfter && _lines > 2 * Families.Count)
        {
            RemoveDead(Families, now);
            _stream.Dispose();
            _stream = Compact();
        }

        var end = _stream.Position;
        try
        {
            _stream.Write(Line(family));
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a line must not stand in front of the next one.
            _stream.SetLength(end);
            throw;
        }

        _lines++;
        if (family.Revoked) Families.Remove(family.Id);
        else Families[family.Id] = family;
    }

    public void Dispose() => _stream.Dispose();

    private static Dictionary<string, RefreshTokenFamily> Load(string path, DateTimeOffset now)
    {
        var families = new Dictionary<string, RefreshTokenFamily>(StringComparer.Ordinal);
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                var family = JsonSerializer.Deserialize(lines[i], TokenJsonContext.Default.RefreshTokenFamily)!;
                families[family.Id] = family;
            }
            catch (JsonException e)
            {
                // The last line is torn when the machine stopped while it was written; its token was never handed out.
                if (i < lines.Length - 1) throw new InvalidDataException($"{path}: line {i + 1} is damaged.", e);
            }
        }

        RemoveDead(families, now);
        return families;
    }

    private static void RemoveDead(Dictionary<string, RefreshTokenFamily> families, DateTimeOffset now)
    {
        foreach (var (id, family) in families)
        {
            if (family.Revoked || family.ExpiresAt <= now) families.Remove(id);
        }
    }

    private static byte[] Line(RefreshTokenFamily family) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(family, TokenJsonContext.Default.RefreshTokenFamily), (byte)'\n'];

    private FileStream Compact()
    {
        ProtectedFile.Replace(_path, Families.Values.SelectMany(Line).ToArray());
        _lines = Families.Count;
        return ProtectedFile.Open(_path, FileMode.Append);
    }
}
