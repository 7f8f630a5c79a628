using System.CommandLine;
using McpMesh.Bench.Gateway;

var root = new RootCommand("Measures the mesh as ratios within one run.") { GatewayBenchmark.Command(), EchoServer.Command(), Forwarder.Command() };
return await root.Parse(args).InvokeAsync();
