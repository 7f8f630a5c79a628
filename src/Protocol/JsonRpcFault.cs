namespace McpMesh.Protocol;

/// <summary>Why a body is not an acceptable JSON-RPC message.</summary>
/// <param name="Code">JSON-RPC error code.</param>
/// <param name="Message">One sentence that names the field and the rule; quotes nothing of the body.</param>
public sealed record JsonRpcFault(int Code, string Message);
