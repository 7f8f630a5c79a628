using System.Text;
using McpMesh.Adapters.Logs;

namespace McpMesh.Adapters.Tests.Logs;

public sealed class LogFormatTests
{
    private static readonly DateTimeOffset Reference = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"time":"2026-11-19T14:02:03.5Z","level":"error","service":"checkout","msg":"boom"}""", "2026-11-19T14:02:03.500Z",
        "Error", "checkout", "boom")]
    [InlineData("""{"@timestamp":"2026-11-19T23:02:03+09:00","severity":"WARNING","message":"a\u0062c"}""", "2026-11-19T14:02:03.000Z",
        "Warn", null, "abc")]
    [InlineData("""{"level":50,"ts":1795096923,"msg":"pino","extra":{"time":"2001-01-01T00:00:00Z"}}""", "2026-11-19T14:02:03.000Z",
        "Error", null, "pino")]
    [InlineData("""{"timestamp":1795096923500,"lvl":"dbg","component":"p"}""", "2026-11-19T14:02:03.500Z", "Debug", "p", "")]
    public void Json_lines_have_the_fields_of_common_loggers(string line, string time, string severity, string? service, string message) =>
        Check(new JsonLinesFormat(), line, time, severity, service, message);

    [Theory]
    [InlineData("""203.0.113.9 - - [19/Nov/2026:14:02:03 +0000] "GET /a HTTP/1.1" 200 12 "-" "x" """, "2026-11-19T14:02:03.000Z", "Info")]
    [InlineData("""203.0.113.9 - bob [19/Nov/2026:23:02:03 +0900] "POST /checkout HTTP/1.1" 503 12 "-" "x" """,
        "2026-11-19T14:02:03.000Z", "Error")]
    [InlineData("""::1 - - [19/Nov/2026:14:02:03 +0000] "GET /\"q\" HTTP/1.1" 404 - """, "2026-11-19T14:02:03.000Z", "Warn")]
    public void The_status_of_a_combined_line_is_its_severity(string line, string time, string severity)
    {
        var quote = line.IndexOf('"', StringComparison.Ordinal);
        Check(new CombinedFormat(), line, time, severity, null, $"{line[..line.IndexOf(' ', StringComparison.Ordinal)]} {line[quote..]}");
    }

    [Theory]
    [InlineData("<11>1 2026-11-19T14:02:03.000Z shop-1 postgres - POOL [pool@32473 max=\"10\"] full", "2026-11-19T14:02:03.000Z", "Error",
        "postgres", "[pool@32473 max=\"10\"] full")]
    [InlineData("<14>1 2026-11-19T14:02:03Z h app 12 - - plain text", "2026-11-19T14:02:03.000Z", "Info", "app", "plain text")]
    [InlineData("<12>1 2026-11-19T14:02:03Z h app - - [a x=\"1\\]\"][b y=\"2\"] m", "2026-11-19T14:02:03.000Z", "Warn", "app",
        "[a x=\"1\\]\"][b y=\"2\"] m")]
    [InlineData("<78>Nov 19 14:02:03 shop-1 CRON[12]: (root) CMD", "2026-11-19T14:02:03.000Z", "Info", "CRON", "(root) CMD")]
    [InlineData("Nov  9 04:02:03 shop-1 sshd: hello: world", "2026-11-09T04:02:03.000Z", "Info", "sshd", "hello: world")]
    [InlineData("<0>Dec 31 23:59:59 shop-1 kernel: panic", "2025-12-31T23:59:59.000Z", "Fatal", "kernel", "panic")]
    public void Syslog_lines_of_both_kinds_are_read(string line, string time, string severity, string service, string message) =>
        Check(new SyslogFormat(), line, time, severity, service, message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"time\":\"2026-11-19T14:02:03Z\"")]
    [InlineData("{\"msg\":\"no time\"}")]
    [InlineData("{\"time\":\"2026-11-19T14:02:03Z\"} trailing")]
    [InlineData("x - - [32/Nov/2026:14:02:03 +0000] \"GET / HTTP/1.1\" 200 1")]
    [InlineData("x - - [19/Nov/2026:14:02:03 +0000] \"GET / HTTP/1.1")]
    [InlineData("<999>1 2026-11-19T14:02:03Z h a - - - m")]
    [InlineData("<14>1 yesterday h a - - - m")]
    [InlineData("<14>1 2026-11-19T14:02:03Z h a - - [open m")]
    [InlineData("Foo 19 14:02:03 h a: m")]
    public void A_line_of_no_format_is_refused_by_all(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        foreach (var format in new ILogFormat[] { new JsonLinesFormat(), new CombinedFormat(), new SyslogFormat() })
            Assert.False(format.TryParse(bytes, Reference, true, out _), format.Name);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        ILogFormat[] formats = [new JsonLinesFormat(), new CombinedFormat(), new SyslogFormat()];
        var seeds = new[] { "{\"time\":\"2026-11-19T14:02:03Z\",\"msg\":\"x\"}",
            "h - - [19/Nov/2026:14:02:03 +0000] \"GET / HTTP/1.1\" 200 1", "<14>1 2026-11-19T14:02:03Z h a - - [x y=\"1\"] m",
            "Nov 19 14:02:03 h a[1]: m" };
        for (var round = 0; round < 20_000; round++)
        {
            var line = Encoding.UTF8.GetBytes(seeds[round % seeds.Length]);
            for (var change = random.Next(4); change >= 0; change--) line[random.Next(line.Length)] = (byte)random.Next(256);
            foreach (var format in formats) format.TryParse(line.AsSpan(0, random.Next(line.Length + 1)), Reference, true, out _);
        }
    }

    private static void Check(ILogFormat format, string line, string time, string severity, string? service, string message)
    {
        Assert.True(format.TryParse(Encoding.UTF8.GetBytes(line), Reference, true, out var parsed));
        Assert.Equal(time, McpMesh.Adapters.Mcp.Rfc3339.Format(parsed.Time));
        Assert.Equal((severity, service, message), (parsed.Severity.ToString(), parsed.Service, parsed.Message));
    }
}
