using System.Globalization;
using System.IO.Compression;

namespace McpMesh.Samples.ShopData;

/// <summary>
/// nginx's access log in the combined format, rotated twice: <c>access.log.2.gz</c>, <c>access.log.1</c>, <c>access.log</c>.
/// </summary>
internal static class AccessLog
{
    /// <summary>Writes the three files.</summary>
    public static void Write(ShopDay day, string folder)
    {
        Directory.CreateDirectory(folder);
        using (var packed = new GZipStream(File.Create(Path.Combine(folder, "access.log.2.gz")), CompressionLevel.Optimal))
        {
            Write(packed, Between(day, 0, 8));
        }
        using (var rotated = File.Create(Path.Combine(folder, "access.log.1"))) Write(rotated, Between(day, 8, 12));
        using (var current = File.Create(Path.Combine(folder, "access.log"))) Write(current, Between(day, 12, 24));
    }

    /// <summary>One line.</summary>
    public static string Line(Visit visit)
    {
        var time = visit.Time.UtcDateTime.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{visit.Client} - - [{time} +0000] \"{visit.Method} {visit.Path} HTTP/1.1\" {visit.Status} {visit.Bytes} \"-\" " +
                $"\"{visit.Agent}\"");
    }

    private static IEnumerable<Visit> Between(ShopDay day, int fromHour, int toHour) =>
        day.Visits.Where(visit => visit.Time >= day.At(fromHour, 0) && visit.Time < day.At(toHour, 0));

    private static void Write(Stream stream, IEnumerable<Visit> visits)
    {
        using var writer = new StreamWriter(stream, bufferSize: 64 * 1024) { NewLine = "\n" };
        foreach (var visit in visits) writer.WriteLine(Line(visit));
    }
}
