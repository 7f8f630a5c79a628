using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using McpMesh.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpMesh.ServiceDefaults.Tests.Telemetry;

[Collection("environment variables")]
public sealed class TelemetryTests
{
    [Fact]
    public void Without_a_collector_nothing_is_built()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[TelemetryExtensions.CollectorVariable] = "";
        builder.AddServiceDefaults();

        Assert.DoesNotContain(builder.Services, service => service.ImplementationType == typeof(TelemetryProviders));
        Assert.DoesNotContain(builder.Services, service => service.ServiceType == typeof(ILoggerProvider)
            && service.ImplementationType?.Name.Contains("OpenTelemetry", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task With_a_collector_spans_arrive_there_but_none_of_health_probes()
    {
        var received = Channel.CreateUnbounded<byte[]>();
        await using var collector = await StartAsync(app => app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            await received.Writer.WriteAsync(body.ToArray());
            return Results.Ok();
        }));
        var provider = new TelemetryProviders();
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        Environment.SetEnvironmentVariable(TelemetryExtensions.CollectorVariable, Address(collector).ToString());
        await provider.StartAsync(CancellationToken.None);
        Environment.SetEnvironmentVariable(TelemetryExtensions.CollectorVariable, null);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);

        using var source = new ActivitySource("McpMesh.ServiceDefaults.Tests");
        using (var call = source.StartActivity("a-call-of-the-mesh")) Assert.NotNull(call);
        using (var probe = source.StartActivity("a-probe")) probe!.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        provider.Dispose();

        var export = System.Text.Encoding.UTF8.GetString(
            await received.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token));
        Assert.Contains("a-call-of-the-mesh", export, StringComparison.Ordinal);
        Assert.DoesNotContain("a-probe", export, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health", false)]
    [InlineData("/work", true)]
    public async Task Health_probes_are_not_recorded(string path, bool recorded)
    {
        var ended = Channel.CreateUnbounded<bool>();
        await using var app = await StartAsync(service => service.MapGet("/work", () => Results.Ok()));
        var address = Address(app);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            // Other tests of this process have requests of their own.
            ActivityStopped = activity =>
            {
                if (activity.GetBaggageItem("test") == path) ended.Writer.TryWrite(activity.Recorded);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var client = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("baggage", $"test={Uri.EscapeDataString(path)}");

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(recorded, await ended.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token));
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
