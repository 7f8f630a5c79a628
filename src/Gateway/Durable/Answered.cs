using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Durable;

/// <summary>A request that was answered before its call has ended.</summary>
/// <param name="Error">What is still to be written; null when the answer is out.</param>
/// <param name="IsHandedOver">The client has a name for the call, so an equal request is another call.</param>
internal readonly record struct Answered(GatewayError? Error, bool IsHandedOver);
