using System.Diagnostics;
using McpMesh.Gateway.Telemetry;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_call_is_a_span_of_the_agents_trace_and_the_servers_parent()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var ended = new TaskCompletionSource<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayTelemetry.Name,
            // Tests run side by side: this listener wants its own trace only.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId.ToHexString() == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity => ended.TrySetResult(activity),
        };
        ActivitySource.AddActivityListener(listener);
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        await agent.AskAsync(agent.Modern(TestAgent.Call("echo.say").Replace(
            "\"_meta\":{", $"\"_meta\":{{\"traceparent\":\"00-{Trace}-b7ad6b7169203331-01\",", StringComparison.Ordinal)));

        var span = await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(("tools/call echo.say", ActivityKind.Server, "b7ad6b7169203331"),
            (span.DisplayName, span.Kind, span.ParentSpanId.ToHexString()));
        Assert.Equal(("tools/call", "execute_tool", "echo.say"),
            (span.GetTagItem("mcp.method.name"), span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.tool.name")));
        var seen = Assert.Single(mesh.Echo.Requests);
        Assert.Equal(span.Id, (string?)seen.Json["params"]!["_meta"]!["traceparent"]);
        Assert.Equal(span.Id, seen.Headers["traceparent"]);
        Assert.All(mesh.Audit.Events, e => Assert.Equal(Trace, e.TraceId));
    }

    [Fact]
    public async Task Without_a_listener_the_agents_trace_goes_through_untouched()
    {
        const string Parent = "00-1af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01";
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        await agent.AskAsync(agent.Modern(TestAgent.Call("echo.say"), request => request.Headers.Add("traceparent", Parent)));

        Assert.Equal(Parent, Assert.Single(mesh.Echo.Requests).Headers["traceparent"]);
        Assert.All(mesh.Audit.Events, e => Assert.Equal("1af7651916cd43dd8448eb211c80319d", e.TraceId));
    }
}
