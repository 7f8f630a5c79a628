using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// Finds places in a file by time, where its lines are in the order of time. Servers write lines when requests end, so neighbours may be
/// swapped; <see cref="Slack"/> covers that.
/// </summary>
internal sealed class TimeSearch(SafeFileHandle handle, long length, LineFilter filter)
{
    private const int ProbeBytes = 16 * 1024;
    private const int Probes = 16;
    private readonly byte[] _probe = new byte[ProbeBytes];

    /// <summary>How far lines may be out of order.</summary>
    public static TimeSpan Slack { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether samples across the file rise in time.</summary>
    public bool IsOrdered()
    {
        if (length <= ProbeBytes * 2) return false; // reading it whole is as quick
        DateTimeOffset? last = null;
        for (var sample = 0; sample < Probes; sample++)
        {
            if (TimeNear(length / Probes * sample) is not { } time) continue;
            if (time < last - Slack) return false;
            last = time;
        }
        return last is not null;
    }

    /// <summary>An offset behind which every line is later than <paramref name="to"/>.</summary>
    public long EndFor(DateTimeOffset to)
    {
        long low = 0, high = length;
        while (high - low > ProbeBytes * 2)
        {
            var middle = low + ((high - low) / 2);
            if (TimeNear(middle) is { } time && time > to + Slack) high = middle;
            else low = middle; // also when the probe says nothing: reading more is slower, never wrong
        }
        return EndOfLine(high);
    }

    private DateTimeOffset? TimeNear(long offset)
    {
        var text = _probe.AsSpan(0, Math.Max(0, RandomAccess.Read(handle, _probe, offset)));
        if (offset > 0)
        {
            var first = text.IndexOf((byte)'\n');
            if (first < 0) return null;
            text = text[(first + 1)..];
        }
        while (text.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (filter.TimeOf(text[..end].TrimEnd((byte)'\r')) is { } time) return time;
            text = text[(end + 1)..];
        }
        return null;
    }

    private long EndOfLine(long offset)
    {
        while (offset < length)
        {
            var text = _probe.AsSpan(0, Math.Max(0, RandomAccess.Read(handle, _probe, offset)));
            if (text.IsEmpty) return length;
            var end = text.IndexOf((byte)'\n');
            if (end >= 0) return offset + end + 1;
            offset += text.Length;
        }
        return length;
    }
}
