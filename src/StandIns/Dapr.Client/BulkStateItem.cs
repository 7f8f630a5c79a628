#nullable disable
namespace Dapr.Client;

/// <summary>One value of a bulk read as raw JSON text.</summary>
public readonly struct BulkStateItem
{
    /// <summary>Creates the item.</summary>
    public BulkStateItem(string key, string value, string etag)
    {
        Key = key;
        Value = value;
        ETag = etag;
    }

    /// <summary>State key.</summary>
    public string Key { get; }

    /// <summary>Raw JSON text; empty when the key is missing.</summary>
    public string Value { get; }

    /// <summary>ETag; empty when the key is missing.</summary>
    public string ETag { get; }
}
