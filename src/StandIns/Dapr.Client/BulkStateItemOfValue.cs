#nullable disable
namespace Dapr.Client;

/// <summary>One value of a bulk read.</summary>
public readonly struct BulkStateItem<TValue>
{
    /// <summary>Creates the item.</summary>
    public BulkStateItem(string key, TValue value, string etag)
    {
        Key = key;
        Value = value;
        ETag = etag;
    }

    /// <summary>State key.</summary>
    public string Key { get; }

    /// <summary>The value; default when the key is missing.</summary>
    public TValue Value { get; }

    /// <summary>ETag; empty when the key is missing.</summary>
    public string ETag { get; }
}
