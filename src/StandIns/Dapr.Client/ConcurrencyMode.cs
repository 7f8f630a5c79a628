namespace Dapr.Client;

/// <summary>What a write does when somebody else wrote first.</summary>
public enum ConcurrencyMode
{
    /// <summary>The first write wins; later ones need its ETag.</summary>
    FirstWrite,

    /// <summary>The last write wins.</summary>
    LastWrite,
}
