#nullable disable
namespace Dapr.Client;

/// <summary>An actor type that the sidecar hosts.</summary>
public sealed class DaprActorMetadata
{
    /// <summary>Creates the metadata.</summary>
    public DaprActorMetadata(string type, int count)
    {
        Type = type;
        Count = count;
    }

    /// <summary>Actor type.</summary>
    public string Type { get; }

    /// <summary>Number of active actors.</summary>
    public int Count { get; }
}
