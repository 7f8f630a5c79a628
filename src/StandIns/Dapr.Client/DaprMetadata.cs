#nullable disable
namespace Dapr.Client;

/// <summary>What the sidecar says about itself.</summary>
public sealed class DaprMetadata
{
    /// <summary>Creates the metadata.</summary>
    public DaprMetadata(
        string id,
        IReadOnlyList<DaprActorMetadata> actors,
        IReadOnlyDictionary<string, string> extended,
        IReadOnlyList<DaprComponentsMetadata> components)
    {
        Id = id;
        Actors = actors;
        Extended = extended;
        Components = components;
    }

    /// <summary>App id.</summary>
    public string Id { get; }

    /// <summary>Registered actor types.</summary>
    public IReadOnlyList<DaprActorMetadata> Actors { get; }

    /// <summary>Free attributes.</summary>
    public IReadOnlyDictionary<string, string> Extended { get; }

    /// <summary>Loaded components.</summary>
    public IReadOnlyList<DaprComponentsMetadata> Components { get; }
}
