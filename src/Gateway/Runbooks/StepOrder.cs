using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Runbooks;

/// <summary>What became of a <see cref="StepRequest"/>: a call to make, with its intent on record, or why there is none.</summary>
/// <param name="Call">Null when it may not be made.</param>
/// <param name="Refusal">Why, for the caller and the record.</param>
internal sealed record StepOrder(DurableCall? Call, string? Refusal);
