namespace McpMesh.Audit.Ocsf;

/// <summary>An event breaks a rule of its format; the message names attribute and rule.</summary>
internal sealed class OcsfFormatException(string message, Exception? inner = null) : Exception(message, inner);
