namespace McpMesh.Sidecar.Workflows.Api;

/// <summary>The rules of Dapr's API for instance ids. The worker's protocol does not ask for them.</summary>
internal static class InstanceIds
{
    private const int MostCharacters = 64;

    /// <exception cref="Http.ApiException">An id that a new instance cannot have.</exception>
    public static void CheckNew(string id)
    {
        if (id.Length > MostCharacters) throw WorkflowErrors.InstanceIdTooLong(MostCharacters);
        foreach (var c in id)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-')) throw WorkflowErrors.InstanceIdInvalid(id);
        }
    }

    /// <exception cref="Http.ApiException">There is none.</exception>
    public static void Check(string id)
    {
        if (id.Length == 0) throw WorkflowErrors.NoInstanceId;
    }
}
