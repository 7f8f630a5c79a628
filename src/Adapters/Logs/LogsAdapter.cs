using McpMesh.Adapters.Mcp;
using McpMesh.Configuration;

namespace McpMesh.Adapters.Logs;

/// <summary>Kind <c>logs</c>: the log files of services.</summary>
internal sealed class LogsAdapter : IAdapter
{
    public LogsAdapter(AdapterConfiguration settings, DebugLevelStore levels, TimeProvider clock)
    {
        var reader = new LogReader(new LogFileSet(settings.Files), new CursorSeal(), settings.MaxBytes, settings.StatementTimeout);
        Tools = [new ReadTool(reader, settings), new DebugWriteTool(levels, settings.MaxDebug, clock)];
        Resources = new LevelsResource(levels);
    }

    public string Instructions =>
        "Log files of services: read them newest first; raise a service's level for a short time when they say too little.";

    public string ReadTool => "read";

    public IReadOnlyList<IAdapterTool> Tools { get; }

    public IAdapterResources? Resources { get; }

    public IReadOnlyList<IAdapterPrompt> Prompts => [];
}
