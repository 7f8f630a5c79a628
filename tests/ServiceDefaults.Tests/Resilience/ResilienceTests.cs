using System.Net;
using Microsoft.Extensions.DependencyInjection;

using McpMesh.ServiceDefaults.Resilience;

namespace McpMesh.ServiceDefaults.Tests.Resilience;

public sealed class ResilienceTests
{
    private static readonly Uri Server = new("http://server.test/");

    [Fact]
    public async Task A_safe_request_is_tried_again_until_the_server_answers()
    {
        var server = new ScriptedServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.BadGateway, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await client.GetAsync(Server);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, server.Attempts);
    }

    [Fact]
    public async Task A_request_that_may_have_an_effect_is_sent_once()
    {
        var server = new ScriptedServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await client.PostAsync(Server, null);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Attempts);
    }

    [Fact]
    public async Task An_error_of_the_caller_is_not_tried_again()
    {
        var server = new ScriptedServer(HttpStatusCode.NotFound, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await client.GetAsync(Server);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(1, server.Attempts);
    }

    [Fact]
    public async Task A_server_that_hangs_ends_in_a_request_error()
    {
        var server = new ScriptedServer();
        using var client = Client(server, options => options.AttemptTimeout = TimeSpan.FromMilliseconds(50));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(Server, null));

        Assert.Equal("The server did not answer in time.", error.Message);
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_left_alone()
    {
        var server = new ScriptedServer([.. Enumerable.Repeat(HttpStatusCode.ServiceUnavailable, 100)]);
        using var client = Client(server, options => options.BreakAtMinimumThroughput = 2);

        var error = await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            for (var call = 0; call < 100; call++) (await client.PostAsync(Server, null)).Dispose();
        });

        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.True(server.Attempts < 100);
    }

    private static HttpClient Client(ScriptedServer server, Action<HttpResilienceOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("server").ConfigurePrimaryHttpMessageHandler(() => server).AddResilience(options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("server");
    }

    /// <summary>Answers with one status after the other, then not at all.</summary>
    private sealed class ScriptedServer(params HttpStatusCode[] answers) : HttpMessageHandler
    {
        public int Attempts { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Attempts == answers.Length) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage(answers[Attempts++]);
        }
    }
}
