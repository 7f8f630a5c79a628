namespace McpMesh.Gateway.Durable;

/// <summary>What a server's response to a durable call turned out to be.</summary>
internal readonly record struct DurableAnswer
{
    public AnswerParts Parts { get; init; }

    /// <summary>The result's <c>isError</c>.</summary>
    public bool IsToolError { get; init; }

    /// <summary>Code of a JSON-RPC error.</summary>
    public int ErrorCode { get; init; }

    /// <summary>More than is kept.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Our own sidecar says that it cannot reach the server.</summary>
    public bool IsSidecarFailure { get; init; }
}
