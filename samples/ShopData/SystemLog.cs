using System.Globalization;

namespace McpMesh.Samples.ShopData;

/// <summary>The host's syslog: RFC 3164 lines from old daemons, RFC 5424 lines from the deploy tool and the database.</summary>
internal static class SystemLog
{
    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(ShopDay day, string folder)
    {
        Directory.CreateDirectory(folder);
        using var writer = new StreamWriter(Path.Combine(folder, "messages")) { NewLine = "\n" };
        foreach (var (_, line) in Lines(day).OrderBy(entry => entry.Time)) writer.WriteLine(line);
    }

    private static IEnumerable<(DateTimeOffset Time, string Line)> Lines(ShopDay day)
    {
        for (var minute = 0; minute < 24 * 60; minute += 10)
        {
            var time = day.Start.AddMinutes(minute).AddSeconds(1);
            yield return (time, Old(time, 78, "CRON", 2000 + minute, "(root) CMD (/usr/local/bin/collect-metrics)"));
        }
        foreach (var deploy in day.Deploys)
        {
            yield return (deploy.At, New(deploy.At, 14, "deploy", "DEPLOY",
                $"[deploy@32473 service=\"{deploy.Service}\" version=\"{deploy.Version}\" commit=\"{deploy.Commit}\" by=\"{deploy.By}\"]",
                deploy.Note));
        }
        for (var time = day.IncidentStart; time < day.IncidentEnd; time = time.AddMinutes(1))
        {
            yield return (time.AddSeconds(7),
                New(time.AddSeconds(7), 11, "postgres", "POOL", "[pool@32473 max=\"10\" in_use=\"10\" waiting=\"" +
                $"{20 + (time.Minute % 9)}\"]", "remaining connection slots are reserved"));
        }
        var full = day.At(14, 20);
        yield return (full, Old(full, 4, "kernel", 0, "checkout-7f9: memory pressure, 92% of limit"));
    }

    private static string Old(DateTimeOffset time, int priority, string tag, int pid, string text)
    {
        var stamp = time.UtcDateTime.ToString("MMM", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture)
            .PadLeft(3)
            + time.UtcDateTime.ToString(" HH:mm:ss", CultureInfo.InvariantCulture);
        var process = pid == 0 ? tag : string.Create(CultureInfo.InvariantCulture, $"{tag}[{pid}]");
        return $"<{priority.ToString(CultureInfo.InvariantCulture)}>{stamp} shop-1 {process}: {text}";
    }

    private static string New(DateTimeOffset time, int priority, string app, string id, string data, string text) => string.Create(
        CultureInfo.InvariantCulture, $"<{priority}>1 {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} shop-1 {app} - {id} {data} {text}");
}
