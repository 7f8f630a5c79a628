namespace McpMesh.Cli;

/// <summary>Something the user can mend: shown as one line, exit code 2.</summary>
internal sealed class CliException(string message) : Exception(message);
