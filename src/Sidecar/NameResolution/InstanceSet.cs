namespace McpMesh.Sidecar.NameResolution;

/// <summary>The instances of one app, taken in turn.</summary>
internal sealed class InstanceSet(AppInstance[] instances, int turn)
{
    private int _turn = turn;

    public AppInstance[] Instances { get; } = instances;

    public int Turn => _turn;

    public AppInstance Next() => Instances[(int)((uint)Interlocked.Increment(ref _turn) % (uint)Instances.Length)];
}
