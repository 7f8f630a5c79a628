namespace McpMesh.Samples.ShopData;

/// <summary>Writes everything into a folder beside the wanted one and then renames it: nobody ever reads half a day.</summary>
internal static class ShopFiles
{
    /// <summary>Writes a day; replaces an earlier one.</summary>
    public static void Write(ShopDay day, string folder)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            var logs = Path.Combine(temporary, "logs");
            AccessLog.Write(day, Path.Combine(logs, "nginx"));
            ServiceLogs.Write(day, logs);
            SystemLog.Write(day, Path.Combine(logs, "syslog"));
            var costs = CostLine.Of(day).ToArray();
            CostFile.Write(costs, Path.Combine(temporary, "cost"));
            Databases.WriteCost(costs, Path.Combine(temporary, "cost.db"));
            Databases.WriteAnalytics(day, Path.Combine(temporary, "analytics.db"));
            // RFC 3164 lines carry no year; readers take it from the file's last write.
            foreach (var file in Directory.EnumerateFiles(logs, "*", SearchOption.AllDirectories))
                File.SetLastWriteTimeUtc(file, day.Start.UtcDateTime.AddDays(1));
            Replace(temporary, target);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Replace(string temporary, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }
        var old = $"{target}.{Guid.NewGuid():N}.old";
        Directory.Move(target, old);
        Directory.Move(temporary, target);
        Directory.Delete(old, recursive: true);
    }
}
