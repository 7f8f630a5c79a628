using System.Buffers;
using System.Globalization;
using System.Text;

namespace McpMesh.Sidecar.Metrics;

/// <summary>Writes families in Prometheus' text format 0.0.4. Every series has the label app_id.</summary>
internal sealed class PrometheusText(IBufferWriter<byte> output, string appId)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Write(CounterFamily family) => Write(family, "counter", static (writer, f, labels, counter) =>
        writer.Line(f.Name, f.LabelNames, labels, null, Text(counter.Value)));

    public void Write(GaugeFamily family) => Write(family, "gauge", static (writer, f, labels, gauge) =>
        writer.Line(f.Name, f.LabelNames, labels, null, Text(gauge.Value)));

    public void Write(HistogramFamily family)
    {
        var bounds = family.Bounds;
        Write(family, "histogram", (writer, f, labels, histogram) =>
        {
            var counts = histogram.Counts;
            long total = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                writer.Line(f.Name + "_bucket", f.LabelNames, labels, i < bounds.Length ? Text(bounds[i]) : "+Inf", Text(total));
            }

            writer.Line(f.Name + "_sum", f.LabelNames, labels, null, Text(histogram.Sum));
            writer.Line(f.Name + "_count", f.LabelNames, labels, null, Text(total));
        });
    }

    /// <summary>A value of the process as a whole.</summary>
    public void Write(string name, string help, string type, double value)
    {
        Put($"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {Text(value)}\n");
    }

    private void Write<TSeries>(
        MetricFamily<TSeries> family, string type, Action<PrometheusText, MetricFamily<TSeries>, Labels, TSeries> write)
        where TSeries : class
    {
        var any = false;
        foreach (var (labels, series) in family.Series)
        {
            if (!any) Put($"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {type}\n");
            any = true;
            write(this, family, labels, series);
        }
    }

    private void Line(string name, string[] labelNames, Labels labels, string? upperBound, string value)
    {
        var line = new StringBuilder(name).Append("{app_id=\"").Append(Escaped(appId)).Append('"');
        for (var i = 0; i < labelNames.Length; i++)
            line.Append(',').Append(labelNames[i]).Append("=\"").Append(Escaped(labels[i])).Append('"');
        if (upperBound is not null) line.Append(",le=\"").Append(upperBound).Append('"');
        Put(line.Append("} ").Append(value).Append('\n').ToString());
    }

    private void Put(string text) => Encoding.UTF8.GetBytes(text, output);

    private static string Escaped(string text) => text.AsSpan().ContainsAny('\\', '"', '\n')
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        : text;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
