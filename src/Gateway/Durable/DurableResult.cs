namespace McpMesh.Gateway.Durable;

/// <summary>How a durable call ended: output of <see cref="CallWorkflow"/>.</summary>
internal sealed record DurableResult
{
    /// <summary>As the record has it: <c>success</c>, <c>failed</c> or <c>unknown</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>JSON of <c>result</c> as the server gave it; null when it gave none.</summary>
    public string? Result { get; init; }

    /// <summary>JSON of <c>error</c> as the server gave it; null when it gave none.</summary>
    public string? Error { get; init; }

    /// <summary>Code of the mesh's own error; zero when there is none.</summary>
    public int Code { get; init; }

    /// <summary>Short text of that error's class.</summary>
    public string Message { get; init; } = "";

    /// <summary>Why it did not succeed, for the caller and the record.</summary>
    public string? Reason { get; init; }

    /// <summary>JSON-RPC code of whichever error there is; null for none.</summary>
    public int? ErrorCode { get; init; }
}
