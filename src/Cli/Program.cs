using System.CommandLine;
using McpMesh.Cli.Approvals;
using McpMesh.Cli.Demo;

var root = new RootCommand("mesh: the command line of McpMesh.") { DemoCommand.Create(), ApprovalsCommand.Create() };
return await root.Parse(args).InvokeAsync();
