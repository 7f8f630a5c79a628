using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace McpMesh.Cli.Approvals;

/// <summary>A table on a terminal, lines with tabs in a pipe, JSON where that was asked for.</summary>
internal sealed class ApprovalsPrinter(bool json)
{
    private static readonly string[] Columns = ["id", "status", "method", "subject", "client", "rule", "expiresAt", "mayDecide"];

    // Escapes what could move the cursor or turn a text around.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public async Task<int> ListAsync(ApprovalsClient client, CancellationToken cancellationToken)
    {
        var (body, isError) = await client.GetAsync("/approvals", cancellationToken);
        if (isError) return Refuse(body);
        var approvals = body["approvals"]!.AsArray();
        if (json) Console.WriteLine(approvals.ToJsonString(Indented));
        else if (Console.IsOutputRedirected) foreach (var one in approvals) Console.WriteLine(string.Join('\t', Columns.Select(column => Text(one, column))));
        else WriteTable(approvals);
        return 0;
    }

    public async Task<int> ShowAsync(ApprovalsClient client, string id, CancellationToken cancellationToken)
    {
        var (body, isError) = await client.GetAsync("/approvals/" + Uri.EscapeDataString(id), cancellationToken);
        return isError ? Refuse(body) : Show(body);
    }

    public async Task<int> DecideAsync(ApprovalsClient client, string id, string decision, string? why, CancellationToken cancellationToken)
    {
        var (body, isError) = await client.DecideAsync(id, decision, why, cancellationToken);
        if (isError) return Refuse(body);
        if (json) return Show(body);
        Console.WriteLine($"{Text(body, "id")} {Text(body, "status")}");
        return 0;
    }

    private int Show(JsonNode approval)
    {
        if (json)
        {
            Console.WriteLine(approval.ToJsonString(Indented));
            return 0;
        }

        foreach (var (name, value) in approval.AsObject())
            Console.WriteLine($"{name + ":",-16}{(value is JsonValue ? Text(approval, name) : value?.ToJsonString(Indented))}");
        return 0;
    }

    private int Refuse(JsonNode body)
    {
        if (json) Console.WriteLine(body.ToJsonString(Indented));
        else Console.Error.WriteLine($"{Text(body, "error")}: {Text(body, "reason")}");
        return 1;
    }

    private static void WriteTable(JsonArray approvals)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumns(Columns);
        foreach (var one in approvals) table.AddRow([.. Columns.Select(column => new Text(Text(one, column)))]);
        CliConsole.Output.Write(table);
    }

    private static string Text(JsonNode? approval, string name) =>
        string.Concat((approval?[name]?.ToString() ?? "").Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
