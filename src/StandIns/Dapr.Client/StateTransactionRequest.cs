namespace Dapr.Client;

/// <summary>One operation of a state transaction.</summary>
public sealed class StateTransactionRequest
{
    /// <summary>Creates the operation; <paramref name="value"/> is JSON text in UTF-8.</summary>
    public StateTransactionRequest(
        string key,
        byte[]? value,
        StateOperationType operationType,
        string? etag = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        StateOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Key = key;
        Value = value;
        OperationType = operationType;
        ETag = etag;
        Metadata = metadata;
        Options = options;
    }

    /// <summary>State key.</summary>
    public string Key { get; }

    /// <summary>JSON text in UTF-8; null for a delete.</summary>
    public byte[]? Value { get; set; }

    /// <summary>Upsert or delete.</summary>
    public StateOperationType? OperationType { get; set; }

    /// <summary>ETag that must match; null for none.</summary>
    public string? ETag { get; set; }

    /// <summary>Metadata for the store.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

#pragma warning disable CA1051 // The official type has a field here.
    /// <summary>Consistency and concurrency.</summary>
    public StateOptions? Options;
#pragma warning restore CA1051
}
