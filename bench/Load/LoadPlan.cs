namespace McpMesh.Bench.Load;

/// <summary>How a treatment is loaded.</summary>
/// <param name="Connections">Calls in flight.</param>
/// <param name="Duration">Length of one pass.</param>
/// <param name="Passes">Passes per treatment.</param>
internal sealed record LoadPlan(int Connections, TimeSpan Duration, int Passes)
{
    public override string ToString() => $"{Connections} connections, {Passes} passes of {Duration.TotalSeconds:0} s each";
}
