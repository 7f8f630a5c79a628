namespace Dapr.Client;

/// <summary>One key of a bulk delete.</summary>
public readonly struct BulkDeleteStateItem
{
    /// <summary>Creates the item.</summary>
    public BulkDeleteStateItem(
        string key, string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        Key = key;
        ETag = etag;
        StateOptions = stateOptions;
        Metadata = metadata;
    }

    /// <summary>State key.</summary>
    public string Key { get; }

    /// <summary>ETag that must match; null for none.</summary>
    public string ETag { get; }

    /// <summary>Consistency and concurrency.</summary>
    public StateOptions? StateOptions { get; }

    /// <summary>Metadata for the store.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }
}
