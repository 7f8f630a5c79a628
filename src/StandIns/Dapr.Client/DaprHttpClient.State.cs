using System.Net;
using System.Text.Json;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    private const string StateOperation = "State";

    public override async Task<TValue> GetStateAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        var (value, _) = await GetStateAndETagAsync<TValue>(storeName, key, consistencyMode, metadata, cancellationToken)
            .ConfigureAwait(false);
        return value;
    }

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var url = Store(storeName).Segment(key).Options(consistencyMode).Metadata(metadata);
        using var request = sidecar.Request(HttpMethod.Get, url);
        using var response = await sidecar.SendAsync(request, StateOperation, allowed: null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NoContent) return (default!, string.Empty);
        var value = await ReadAsync<TValue>(response, StateOperation, cancellationToken).ConfigureAwait(false);
        // Dapr's ETags are opaque text without the quotes of RFC 9110, so the parsed header would lose them.
        var etag = response.Headers.NonValidated.TryGetValues("ETag", out var values) ? values.ToString() : string.Empty;
        return (value!, etag);
    }

    public override async Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        using var document = await BulkAsync(storeName, keys, parallelism, metadata, cancellationToken).ConfigureAwait(false);
        return [.. BulkStateReader.Read(document.RootElement)
            .Select(item => new BulkStateItem(item.Key, item.Data is { } data ? data.GetRawText() : string.Empty, item.ETag))];
    }

    public override async Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        using var document = await BulkAsync(storeName, keys, parallelism, metadata, cancellationToken).ConfigureAwait(false);
        try
        {
            return [.. BulkStateReader.Read(document.RootElement).Select(item => new BulkStateItem<TValue>(
                item.Key, item.Data is { } data ? data.Deserialize<TValue>(json)! : default!, item.ETag))];
        }
        catch (JsonException error)
        {
            throw SidecarConnection.Failure(StateOperation, error);
        }
    }

    public override async Task SaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var item = new SaveStateItem<TValue>(key, value, null!, stateOptions, metadata);
        await SaveAsync(storeName, [item], conflict: null, cancellationToken).ConfigureAwait(false);
    }

    public override Task<bool> TrySaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(etag);
        return SaveAsync(
            storeName, [new SaveStateItem<TValue>(key, value, etag, stateOptions, metadata)], HttpStatusCode.Conflict, cancellationToken);
    }

    public override Task SaveBulkStateAsync<TValue>(
        string storeName, IReadOnlyList<SaveStateItem<TValue>> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0) throw new ArgumentException("items do not contain any elements", nameof(items));
        return SaveAsync(storeName, items, conflict: null, cancellationToken);
    }

    public override Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        DeleteAsync(storeName, key, etag: null, stateOptions, metadata, conflict: null, cancellationToken);

    public override Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return DeleteAsync(storeName, key, etag, stateOptions, metadata, HttpStatusCode.Conflict, cancellationToken);
    }

    public override async Task DeleteBulkStateAsync(
        string storeName, IReadOnlyList<BulkDeleteStateItem> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        // The HTTP API has no bulk delete.
        foreach (var item in items)
        {
            await DeleteAsync(storeName, item.Key, item.ETag, item.StateOptions, item.Metadata, conflict: null, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public override async Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count == 0) throw new ArgumentException("operations do not contain any elements", nameof(operations));
        using var request = sidecar.Request(
            HttpMethod.Post, Store(storeName).Segment("transaction"), StateBody.Transaction(operations, metadata));
        using var response = await sidecar.SendAsync(request, StateOperation, allowed: null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonDocument> BulkAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0) throw new ArgumentException("keys do not contain any elements", nameof(keys));
        using var request = sidecar.Request(
            HttpMethod.Post, Store(storeName).Segment("bulk"), StateBody.BulkGet(keys, parallelism, metadata));
        using var response = await sidecar.SendAsync(request, StateOperation, allowed: null, cancellationToken).ConfigureAwait(false);
        return await ParseAsync(response, StateOperation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False when the answer is the status that stands for an ETag mismatch.</summary>
    private async Task<bool> SaveAsync<TValue>(
        string storeName, IReadOnlyList<SaveStateItem<TValue>> items, HttpStatusCode? conflict, CancellationToken cancellationToken)
    {
        using var request = sidecar.Request(HttpMethod.Post, Store(storeName), StateBody.Save(items, json));
        using var response = await sidecar.SendAsync(request, StateOperation, conflict, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    private async Task<bool> DeleteAsync(
        string storeName,
        string key,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        HttpStatusCode? conflict,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var url = Store(storeName).Segment(key).Options(options?.Consistency, options?.Concurrency).Metadata(metadata);
        using var request = sidecar.Request(HttpMethod.Delete, url);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        using var response = await sidecar.SendAsync(request, StateOperation, conflict, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    private static SidecarUrl Store(string storeName)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        return new SidecarUrl("/v1.0/state").Segment(storeName);
    }
}
