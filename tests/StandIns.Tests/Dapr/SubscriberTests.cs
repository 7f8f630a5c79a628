using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StandIns.Tests.Dapr;

/// <summary>An application with subscriptions, called as a sidecar calls it.</summary>
public sealed class SubscriberTests : IAsyncLifetime
{
    private HttpClient _http = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthentication().AddDapr(options => options.Token = "app-token");
        builder.Services.AddAuthorization(options => options.AddDapr());
        _app = builder.Build();
        _app.UseCloudEvents();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapSubscribeHandler();
        _app.MapPost("/echo", EchoAsync).WithTopic("pubsub", "policy-changed");
        _app.MapPost("/big", EchoAsync).WithTopic(new TopicOptions
        {
            PubsubName = "pubsub",
            Name = "orders",
            Match = "event.type == \"big\"",
            Priority = 1,
            DeadLetterTopic = "poison",
        });
        _app.MapPost("/any", EchoAsync).WithTopic("pubsub", "orders", enableRawPayload: true);
        _app.MapPost("/audit/events", (BulkSubscribeMessage<BulkMessageModel<JsonElement>> batch) => new BulkSubscribeAppResponse(
                [.. batch.Entries.Select(entry => new BulkSubscribeAppResponseEntry(
                    entry.EntryId,
                    entry.Event.Data.ValueKind == JsonValueKind.Object
                        ? BulkSubscribeAppResponseStatus.SUCCESS
                        : BulkSubscribeAppResponseStatus.DROP))]))
            .WithTopic("pubsub", "audit-events")
            .WithBulkSubscribe(
                new BulkSubscribeTopicOptions { TopicName = "audit-events", MaxMessagesCount = 256, MaxAwaitDurationMs = 5 });
        _app.MapGet("/only-sidecar", () => "hello").RequireAuthorization("Dapr");
        await _app.StartAsync();
        _http = ClientOf(_app);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_subscription_list_has_the_documented_shape()
    {
        var list = await _http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative));

        using var actual = JsonDocument.Parse(list);
        using var expected = JsonDocument.Parse(
            """
            [{"topic":"audit-events","pubsubName":"pubsub","route":"audit/events",
              "bulkSubscribe":{"enabled":true,"maxMessagesCount":256,"maxAwaitDurationMs":5}},
             {"topic":"orders","pubsubName":"pubsub",
              "routes":{"rules":[{"match":"event.type == \"big\"","path":"big"}],"default":"any"},
              "metadata":{"rawPayload":"true"},"deadLetterTopic":"poison"},
             {"topic":"policy-changed","pubsubName":"pubsub","route":"echo"}]
            """);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), list);
    }

    [Theory]
    [InlineData("""{"data":{"a":1},"datacontenttype":"application/json; charset=utf-16"}""", "application/json", """{"a":1}""")]
    [InlineData("""{"data":{"a":1}}""", "application/json", """{"a":1}""")]
    [InlineData("""{"data":"hé","datacontenttype":"text/plain"}""", "text/plain", "hé")]
    [InlineData("""{"data":"\"x\"","datacontenttype":"application/vnd.x+json"}""", "application/vnd.x+json", "\"\\\"x\\\"\"")]
    [InlineData("""{"data_base64":"aGk=","datacontenttype":"application/octet-stream"}""", "application/octet-stream", "hi")]
    [InlineData("""{"id":"1"}""", "", "")]
    public async Task The_endpoint_sees_the_data_of_the_envelope(string envelope, string contentType, string body)
    {
        using var response = await PostAsync("/echo", envelope, "application/cloudevents+json");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"{contentType}|{body}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"data":1,"data_base64":"aGk="}""")]
    [InlineData("""{"data_base64":"***"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task An_envelope_that_is_none_is_refused(string envelope)
    {
        using var response = await PostAsync("/echo", envelope, "application/cloudevents+json");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Any_other_body_passes_as_it_is()
    {
        using var response = await PostAsync("/echo", """{"data":1}""", "application/json");

        Assert.Equal("""application/json|{"data":1}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_bulk_delivery_is_answered_entry_by_entry()
    {
        using var response = await PostAsync(
            "/audit/events",
            """
            {"id":"b","topic":"audit-events","pubsubname":"pubsub","metadata":{"pubsubName":"pubsub"},"entries":[
              {"entryId":"1","contentType":"application/cloudevents+json","metadata":null,"event":{"id":"e1","data":{"a":1}}},
              {"entryId":"2","contentType":"application/cloudevents+json","metadata":null,"event":{"id":"e2","data":"no"}}]}
            """,
            "application/json");

        Assert.Equal(
            """{"statuses":[{"entryId":"1","status":"SUCCESS"},{"entryId":"2","status":"DROP"}]}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("app-token", HttpStatusCode.OK)]
    [InlineData("app-tokem", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Only_the_sidecar_with_the_app_token_gets_in(string? token, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/only-sidecar");
        if (token is not null) request.Headers.TryAddWithoutValidation("dapr-api-token", token);

        using var response = await _http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public void A_registered_client_takes_its_endpoint_from_configuration()
    {
        var services = new ServiceCollection();
        services.AddDaprClient(builder => builder.UseTimeout(TimeSpan.FromSeconds(1)));
        services.AddDaprClient();
        using var provider = services.BuildServiceProvider();

        var client = Assert.Single(provider.GetServices<global::Dapr.Client.DaprClient>());

        Assert.Same(client, provider.GetRequiredService<global::Dapr.Client.DaprClient>());
    }

    private static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        await context.Response.WriteAsync($"{context.Request.ContentType}|{await reader.ReadToEndAsync(context.RequestAborted)}");
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, string contentType) => _http.PostAsync(
        new Uri(path, UriKind.Relative),
        new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } });
}
