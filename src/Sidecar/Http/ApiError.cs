namespace McpMesh.Sidecar.Http;

/// <summary>An error as Dapr's HTTP API writes it; with <see cref="Reason"/> it carries the rich form's <c>details</c>.</summary>
internal sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>google.rpc.ErrorInfo reason; null for the legacy two-field body.</summary>
    public string? Reason { get; init; }

    /// <summary>google.rpc.BadRequest; null leaves it out.</summary>
    public (string Field, string Description)? FieldViolation { get; init; }

    /// <summary><c>state</c> or <c>pubsub</c>; null leaves google.rpc.ResourceInfo out.</summary>
    public string? ResourceType { get; init; }

    public string? ResourceName { get; init; }

    public string ResourceDescription { get; init; } = "";

    /// <summary>ErrorInfo metadata.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public static ApiError Malformed(string message) => new(StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", message);
}
