namespace Dapr.Client;

/// <summary>The HTTP API's words for state options.</summary>
internal static class StateWords
{
    internal static string Of(ConsistencyMode mode) => mode == ConsistencyMode.Strong ? "strong" : "eventual";

    internal static string Of(ConcurrencyMode mode) => mode == ConcurrencyMode.FirstWrite ? "first-write" : "last-write";

    internal static string Of(StateOperationType type) => type == StateOperationType.Delete ? "delete" : "upsert";
}
