using System.CommandLine;

namespace McpMesh.Cli.Approvals;

/// <summary><c>mesh approvals</c>: what waits for a person, and the person's decision.</summary>
internal static class ApprovalsCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of the approval, as list shows it." };
    private static readonly Option<string?> Why = new("--why") { Description = "One line that the caller and the audit log get." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };
    private static readonly Option<string?> User = new("--user")
    {
        Description = "Sign in at the development IdP's form as this user, with the password in MESH_PASSWORD; without it a browser opens.",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the running mesh.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MESH_DATA") ?? ".mesh",
    };

    public static Command Create() => new(
        "approvals",
        """
        Calls that wait for an approval: those you may decide, and your own.

        Examples:
          mesh approvals list
          mesh approvals show approval-0123456789abcdef0123456789abcdef
          mesh approvals approve approval-0123456789abcdef0123456789abcdef --why "change 4711"
          MESH_PASSWORD=... mesh approvals list --user sam --json

        Exit code 0 when it was done, 1 when the mesh refused it, 2 when the mesh or the sign-in cannot be had.
        """)
    {
        Verb("list", "What waits, the newest first.", [], (client, _, printer, token) => printer.ListAsync(client, token)),
        Verb("show", "One approval with the call's arguments.", [Id],
            (client, result, printer, token) => printer.ShowAsync(client, result.GetRequiredValue(Id), token)),
        Verb("approve", "Lets the call be made.", [Id, Why],
            (client, result, printer, token) =>
                printer.DecideAsync(client, result.GetRequiredValue(Id), "approve", result.GetValue(Why), token)),
        Verb("refuse", "Ends the call without making it.", [Id, Why],
            (client, result, printer, token) =>
                printer.DecideAsync(client, result.GetRequiredValue(Id), "refuse", result.GetValue(Why), token)),
    };

    private static Command Verb(
        string name, string description, IEnumerable<Symbol> own,
        Func<ApprovalsClient, ParseResult, ApprovalsPrinter, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { Json, User, Data };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                var mesh = MeshEndpoints.Read(result.GetRequiredValue(Data));
                await using var client = await ApprovalsClient.SignInAsync(mesh, result.GetValue(User), cancellationToken);
                return await run(client, result, new ApprovalsPrinter(result.GetValue(Json)), cancellationToken);
            }
            catch (CliException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 2;
            }
        });
        return command;
    }
}
