namespace McpMesh.Sidecar.Metrics;

/// <summary>The values of one series, in the order of its family's names.</summary>
internal readonly record struct Labels(string First, string Second = "", string Third = "", string Fourth = "", string Fifth = "")
{
    public string this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        3 => Fourth,
        _ => Fifth,
    };
}
