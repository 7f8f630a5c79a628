using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Incidents;

/// <summary>Kind <c>incidents</c>: the incident board.</summary>
internal sealed class IncidentsAdapter(IncidentStore store, IOrderFigures figures, TimeProvider clock) : IAdapter
{
    public string Instructions => "The incident board: trigger an incident, post summaries to it, get it.";

    public string ReadTool => "get";

    public IReadOnlyList<IAdapterTool> Tools { get; } =
        [new TriggerTool(store, clock), new SummaryPostTool(store, figures, clock), new GetTool(store)];

    public IAdapterResources? Resources => null;

    public IReadOnlyList<IAdapterPrompt> Prompts => [];
}
