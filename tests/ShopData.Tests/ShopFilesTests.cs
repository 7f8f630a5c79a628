using System.IO.Compression;
using System.Text.Json;
using McpMesh.Sqlite;
using Microsoft.Data.Sqlite;

namespace McpMesh.Samples.ShopData.Tests;

public sealed class ShopFilesTests : IDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 19);
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-shop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        var (one, two) = (Write("one", 7), Write("two", 7));
        var files = Directory.GetFiles(one, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(one, path)).Order()
            .ToArray();
        Assert.Equal(9, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(one, file)), File.ReadAllBytes(Path.Combine(two, file))));
    }

    [Fact]
    public void Another_seed_is_another_day() =>
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(Write("one", 7), "logs/nginx/access.log")),
            File.ReadAllBytes(Path.Combine(Write("two", 8), "logs/nginx/access.log")));

    [Fact]
    public void The_databases_agree_with_the_logs()
    {
        var shop = Write("shop", 7);
        var lines = new[] { "access.log.2.gz", "access.log.1", "access.log" }
            .SelectMany(name => ReadLines(Path.Combine(shop, "logs/nginx", name))).ToArray();
        Assert.Equal(lines.Length, Number(shop, "analytics.db", "SELECT sum(requests) FROM requests_per_minute"));
        Assert.Equal(lines.Count(line => line.Contains("POST /checkout", StringComparison.Ordinal)),
            Number(shop, "analytics.db", "SELECT count(*) FROM orders"));

        var exhausted = ReadLines(Path.Combine(shop, "logs/checkout/service.jsonl"))
            .Count(line => JsonDocument.Parse(line).RootElement.GetProperty("level").GetString() == "error");
        Assert.Equal(exhausted, Number(shop, "analytics.db", "SELECT count(*) FROM orders WHERE failure = 'database pool exhausted'"));
        Assert.Equal(
            exhausted, lines.Count(line => line.Contains("POST /checkout", StringComparison.Ordinal)
                && (line.Contains("\" 503 ", StringComparison.Ordinal) || line.Contains("\" 504 ", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_incident_lies_between_1402_and_1441()
    {
        var shop = Write("shop", 7);
        Assert.InRange(Number(shop, "analytics.db", "SELECT count(*) FROM orders WHERE failure LIKE '%pool%'"), 40, 400);
        Assert.Equal(
            0, Number(shop, "analytics.db",
                "SELECT count(*) FROM orders WHERE failure LIKE '%pool%' AND (placed_at < '2026-11-19T14:02:00Z' OR placed_at >= " +
                    "'2026-11-19T14:41:00Z')"));
        Assert.Equal(2, Number(shop, "analytics.db", "SELECT count(*) FROM deploys WHERE service = 'checkout'"));
    }

    [Fact]
    public void The_cost_of_log_ingestion_rises_in_the_hour_of_the_incident()
    {
        var shop = Write("shop", 7);
        const string cost =
            "SELECT round(sum(BilledCost) * 100) FROM focus WHERE ServiceName = 'Log Ingestion' AND ChargePeriodStart = " +
                "'2026-11-19T{0}:00:00Z'";
        Assert.True(Number(shop, "cost.db", cost.Replace("{0}", "14", StringComparison.Ordinal)) > 10 * Number(
            shop, "cost.db", cost.Replace("{0}", "12", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_cost_table_has_the_rows_and_columns_of_the_file()
    {
        var shop = Write("shop", 7);
        var lines = ReadLines(Path.Combine(shop, "cost/focus.csv")).ToArray();
        Assert.Equal(lines.Length - 1, Number(shop, "cost.db", "SELECT count(*) FROM focus"));
        foreach (var column in lines[0].Split(','))
            Assert.Equal(0, Number(shop, "cost.db", $"SELECT count(*) FROM focus WHERE \"{column}\" IS NULL"));
    }

    [Fact]
    public void A_second_write_replaces_the_first_and_leaves_nothing_beside_it()
    {
        File.WriteAllText(Path.Combine(Write("shop", 7), "stale"), "");
        var shop = Write("shop", 8);
        Assert.False(File.Exists(Path.Combine(shop, "stale")));
        Assert.Equal([shop], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_earlier_day_as_it_was()
    {
        var shop = Write("shop", 7);
        var before = File.ReadAllBytes(Path.Combine(shop, "analytics.db"));
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        Assert.ThrowsAny<IOException>(() => ShopFiles.Write(new ShopDay(Day, 8), Path.Combine(_folder, "file", "shop")));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(shop, "analytics.db")));
    }

    [Fact]
    public void Files_carry_the_year_that_their_lines_lack() =>
        Assert.Equal(2026, File.GetLastWriteTimeUtc(Path.Combine(Write("shop", 7), "logs/syslog/messages")).Year);

    [Theory]
    [InlineData("--seed 7", "--out: is required.")]
    [InlineData("--out x", "--seed: is required.")]
    [InlineData("--out x --seed -1", "--seed: must be a whole number, 0 or more.")]
    [InlineData("--out x --seed 1 --day tomorrow", "--day: must be a date like 2026-11-19.")]
    [InlineData("--out x --seed", "--seed: needs a value.")]
    [InlineData("--to x", "--to: is not an option; there are --out, --seed and --day.")]
    public void A_wrong_option_is_named(string line, string expected)
    {
        Assert.Null(Arguments.Read(line.Split(' '), out var error));
        Assert.Equal(expected, error);
    }

    private string Write(string name, ulong seed)
    {
        var folder = Path.Combine(_folder, name);
        ShopFiles.Write(new ShopDay(Day, seed), folder);
        return folder;
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        using Stream file = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress)
            : File.OpenRead(path);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static long Number(string shop, string database, string sql)
    {
        SystemSqlite.Use();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(shop, database)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
