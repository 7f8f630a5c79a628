namespace McpMesh.Gateway.Runbooks;

/// <summary>A binding, or what it gave, cannot be used; the message names the pointer, never a value.</summary>
internal sealed class BindingException(string message) : Exception(message);
