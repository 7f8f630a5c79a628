using System.Text;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Sql;

/// <summary><c>write-query</c>: a question, the schema, and the rules of the tool.</summary>
internal sealed class QueryPrompt(ISqlDatabase database, SchemaResources schema) : IAdapterPrompt
{
    public Prompt Definition { get; } = new()
    {
        Name = "write-query",
        Title = "Write a query",
        Description = "Turns a question into one SQL statement for the tool query.",
        Arguments = [new PromptArgument { Name = "question", Description = "What you want to know.", Required = true }],
    };

    public async ValueTask<GetPromptResult> GetAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        var question = arguments.RequiredText("question", 4096);
        var tables = (await schema.ReadSchemaAsync(cancellationToken)).Tables;
        var text = new StringBuilder()
            .Append("Write one ").Append(database.Dialect)
            .AppendLine(" statement that answers the question, then run it with the tool query.")
            .AppendLine(
                "Only SELECT, WITH and VALUES are allowed. Put values into parameters ($1, $2, …), never into the text. Aggregate where " +
                    "you can.")
            .AppendLine().AppendLine("Tables:");
        foreach (var table in tables)
        {
            text.Append("- ").Append(table.Name).Append('(')
                .AppendJoin(", ", table.Columns.Select(column => $"{column.Name} {column.Type}")).AppendLine(")");
        }
        text.AppendLine().Append("Question: ").Append(question);
        return new GetPromptResult
        {
            Messages = [
            new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = text.ToString() } }]
        };
    }
}
