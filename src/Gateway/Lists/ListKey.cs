using McpMesh.Protocol;

namespace McpMesh.Gateway.Lists;

/// <summary>
/// Under what a list may be served again: one access token (so one caller, client and session; a new token asks anew), one path, one
/// policy.
/// </summary>
internal sealed record ListKey(McpListKind Kind, string? PathServer, string Issuer, string TokenId, string PolicyDigest);
