using System.CommandLine;
using McpMesh.Bench.Durable;
using McpMesh.Bench.Gateway;
using McpMesh.Bench.Sidecar;
using McpMesh.Bench.Workflow;

namespace McpMesh.Bench;

// A class of its own, not top-level statements: those would make a second global Program beside AppHost's, which the test bed starts.
internal static class BenchProgram
{
    private static Task<int> Main(string[] args)
    {
        var root = new RootCommand(
            """
            Measures the mesh as ratios within one run.

            Example:
              dotnet run -c Release --project bench -- gateway
              dotnet run -c Release --project bench -- sidecar
              dotnet run -c Release --project bench -- workflow
              dotnet run -c Release --project bench -- durable
            """)
        {
            GatewayBenchmark.Command(), SidecarBenchmark.Command(), WorkflowBenchmark.Command(), DurableBenchmark.Command(), EchoServer.Command(), Forwarder.Command(),
        };
        return root.Parse(args).InvokeAsync();
    }
}
