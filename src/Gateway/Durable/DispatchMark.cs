namespace McpMesh.Gateway.Durable;

/// <summary>State <c>dispatched</c> of a call: from here on it may have had its effect.</summary>
/// <param name="By">Which execution of the step.</param>
internal sealed record DispatchMark(string By, DateTimeOffset At);
