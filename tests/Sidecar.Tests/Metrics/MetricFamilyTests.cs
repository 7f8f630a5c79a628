using System.Buffers;
using System.Text;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Tests.Metrics;

public sealed class MetricFamilyTests
{
    [Fact]
    public void A_value_belongs_to_the_first_bucket_that_holds_it_and_buckets_add_up()
    {
        var family = new HistogramFamily("h", "help", [1, 5], "topic");
        foreach (var value in new[] { 0.5, 1, 3, 5.001, 900 }) family.Record(new Labels("t"), value);
        var text = Write(writer => writer.Write(family));
        Assert.Contains("h_bucket{app_id=\"a\",topic=\"t\",le=\"1\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("h_bucket{app_id=\"a\",topic=\"t\",le=\"5\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("h_bucket{app_id=\"a\",topic=\"t\",le=\"+Inf\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("h_sum{app_id=\"a\",topic=\"t\"} 909.501\n", text, StringComparison.Ordinal);
        Assert.Contains("h_count{app_id=\"a\",topic=\"t\"} 5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_labels_are_escaped()
    {
        var family = new CounterFamily("c", "help", "topic");
        family.Increment(new Labels("a\"b\\c\nd"));
        Assert.Contains("""c{app_id="a",topic="a\"b\\c\nd"} 1""", Write(writer => writer.Write(family)), StringComparison.Ordinal);
    }

    [Fact]
    public void Invented_values_do_not_grow_a_family_without_end()
    {
        var family = new CounterFamily("c", "help", "topic");
        for (var i = 0; i < 5_000; i++) family.Increment(new Labels($"topic-{i}"));
        Assert.InRange(family.Series.Count(), 1, 1_001);
        Assert.Equal(5_000, family.Series.Sum(series => series.Value.Value));
    }

    [Fact]
    public void Counting_allocates_nothing_once_a_series_exists()
    {
        var metrics = new SidecarMetrics("a", "default", McpMesh.Sidecar.Hosting.MetricsConfiguration.Default);
        metrics.HttpServed("GET", 200, 1.5);
        metrics.StateUsed("store", "get", true, 0.2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            metrics.HttpServed("GET", 200, 1.5);
            metrics.StateUsed("store", "get", true, 0.2);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Many_threads_lose_no_count()
    {
        var family = new CounterFamily("c", "help", "topic");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++) family.Increment(new Labels("t"));
        })));
        Assert.Equal(200_000, Assert.Single(family.Series).Value.Value);
    }

    private static string Write(Action<PrometheusText> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new PrometheusText(buffer, "a"));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
