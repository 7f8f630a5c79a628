namespace Dapr.Client;

/// <summary>One value of a bulk save.</summary>
public readonly struct SaveStateItem<TValue>
{
    /// <summary>Creates the item.</summary>
    public SaveStateItem(
        string key, TValue value, string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        Key = key;
        Value = value;
        ETag = etag;
        StateOptions = stateOptions;
        Metadata = metadata;
    }

    /// <summary>State key.</summary>
    public string Key { get; }

    /// <summary>The value.</summary>
    public TValue Value { get; }

    /// <summary>ETag that must match; null for none.</summary>
    public string ETag { get; }

    /// <summary>Consistency and concurrency.</summary>
    public StateOptions? StateOptions { get; }

    /// <summary>Metadata for the store.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }
}
