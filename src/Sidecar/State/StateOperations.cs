namespace McpMesh.Sidecar.State;

/// <summary>How daprd's metrics name what is done to a state store.</summary>
internal static class StateOperations
{
    public const string Get = "get";
    public const string BulkGet = "bulk_get";
    public const string Set = "set";
    public const string Delete = "delete";
    public const string BulkDelete = "bulk_delete";
    public const string Transaction = "transaction";
}
