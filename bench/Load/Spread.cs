namespace McpMesh.Bench.Load;

/// <summary>What several passes gave.</summary>
internal readonly record struct Spread(double Mean, double Least, double Greatest)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return new(all.Average(), all.Min(), all.Max());
    }

    public override string ToString() => $"{Mean:0.00} ({Least:0.00} to {Greatest:0.00})";
}
