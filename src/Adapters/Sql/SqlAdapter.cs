using McpMesh.Adapters.Mcp;
using McpMesh.Configuration;

namespace McpMesh.Adapters.Sql;

/// <summary>Kind <c>sql</c>: a database to ask, never to change.</summary>
internal sealed class SqlAdapter : IAdapter
{
    public SqlAdapter(ISqlDatabase database, AdapterConfiguration settings)
    {
        var schema = new SchemaResources(database);
        Tools = [new QueryTool(database, settings)];
        Resources = schema;
        Prompts = [new QueryPrompt(database, schema)];
        Instructions = $"Read-only SQL on one {database.Dialect} database. Read sql://schema first.";
    }

    public string Instructions { get; }

    public string ReadTool => "query";

    public IReadOnlyList<IAdapterTool> Tools { get; }

    public IAdapterResources? Resources { get; }

    public IReadOnlyList<IAdapterPrompt> Prompts { get; }
}
