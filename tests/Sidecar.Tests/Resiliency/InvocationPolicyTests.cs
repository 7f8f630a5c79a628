using System.Collections.Concurrent;
using System.Net;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Resiliency;

/// <summary>Policies for apps, through two started sidecars.</summary>
public sealed class InvocationPolicyTests : IAsyncLifetime, IDisposable
{
    private const string Rules = """
          policies:
            timeouts: { short: 300ms, long: 5s }
            retries:
              quick: { policy: constant, duration: 1ms, maxRetries: 2 }
              some: { policy: constant, duration: 1ms, maxRetries: 2, matching: { httpStatusCodes: "503" } }
            circuitBreakers:
              fuse: { trip: "consecutiveFailures >= 2", timeout: 1h }
          targets:
            apps:
              orders: { retry: quick }
              silent: { timeout: short, retry: quick }
              endless: { timeout: long, retry: quick }
              fragile: { circuitBreaker: fuse }
              picky: { retry: some }
              me: { retry: quick }
        """;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<string> _bodies = new();
    private Func<HttpContext, int, Task> _answer = (_, _) => Task.CompletedTask;
    private TestApp _app = null!;
    private int _calls;

    public async Task InitializeAsync()
    {
        _folder.Write("components/resiliency.yaml", ResourceText.Resiliency(Rules));
        _app = await TestApp.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _bodies.Enqueue(await reader.ReadToEndAsync());
            await _answer(context, Interlocked.Increment(ref _calls));
        });
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_failed_call_is_repeated_with_its_body_until_the_app_answers()
    {
        _answer = (context, call) =>
        {
            context.Response.StatusCode = call < 3 ? 500 : 200;
            return context.Response.WriteAsync($"call {call}");
        };
        var body = new string('x', 200_000);
        using var answer = await InvokeAsync("orders", new StringContent(body));
        Assert.Equal((HttpStatusCode.OK, "call 3"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal([body, body, body], _bodies);
    }

    [Fact]
    public async Task The_last_answer_is_the_caller_s_when_no_retry_is_left()
    {
        _answer = (context, call) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["x-call"] = $"{call}";
            return context.Response.WriteAsync("not now");
        };
        using var answer = await InvokeAsync("orders");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not now"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("3", Assert.Single(answer.Headers.GetValues("x-call")));
    }

    [Fact]
    public async Task Only_statuses_that_match_are_repeated()
    {
        _answer = (context, _) =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        using var answer = await InvokeAsync("picky");
        Assert.Equal((HttpStatusCode.NotFound, 1), (answer.StatusCode, _calls));
        _answer = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        using var again = await InvokeAsync("picky");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1 + 3), (again.StatusCode, _calls));
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_sent_once()
    {
        _answer = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("no");
        };
        var content = new PipedContent();
        await content.WriteAsync("piece");
        content.Complete();
        using var answer = await InvokeAsync("orders", content);
        Assert.Equal((HttpStatusCode.InternalServerError, "no"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(["piece"], _bodies);
    }

    [Fact]
    public async Task An_app_that_never_answers_is_given_up_after_the_timeout_of_each_attempt()
    {
        _answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var answer = await InvokeAsync("silent");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("failed to invoke, id: silent, err: context deadline exceeded", await answer.Content.ReadAsStringAsync());
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task The_timeout_cuts_an_answer_that_goes_on_too_long()
    {
        _answer = async (context, _) =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var pair = await PairAsync("endless");
        using var answer = await pair.Caller.Http.GetAsync(
            "/v1.0/invoke/endless/method/x", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task An_open_circuit_answers_at_once_and_each_method_has_its_own()
    {
        _answer = (context, _) =>
        {
            context.Response.StatusCode = context.Request.Path == "/good" ? 200 : 500;
            return Task.CompletedTask;
        };
        await using var pair = await PairAsync("fragile");
        for (var i = 0; i < 2; i++) (await pair.Caller.Http.GetAsync("/v1.0/invoke/fragile/method/bad")).Dispose();
        using var refused = await pair.Caller.Http.GetAsync("/v1.0/invoke/fragile/method/bad");
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Contains("failed to invoke, id: fragile, err: circuit breaker is open", await refused.Content.ReadAsStringAsync());
        Assert.Equal(2, _calls);
        using var good = await pair.Caller.Http.GetAsync("/v1.0/invoke/fragile/method/good");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Contains("changed state from closed to open", pair.Caller.Log);
    }

    [Fact]
    public async Task A_call_to_the_own_app_has_its_policies_too()
    {
        _answer = (context, call) =>
        {
            context.Response.StatusCode = call < 3 ? 500 : 200;
            return Task.CompletedTask;
        };
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", _app);
        using var answer = await sidecar.Http.PostAsync("/v1.0/invoke/me/method/x", new StringContent("body"));
        Assert.Equal((HttpStatusCode.OK, 3), (answer.StatusCode, _calls));
        Assert.Equal(["body", "body", "body"], _bodies);
    }

    [Fact]
    public async Task Without_a_policy_an_answer_of_failure_is_not_repeated()
    {
        _answer = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        using var answer = await InvokeAsync("plain");
        Assert.Equal((HttpStatusCode.InternalServerError, 1), (answer.StatusCode, _calls));
    }

    [Fact]
    public async Task A_sidecar_that_is_gone_is_tried_again_by_the_built_in_retries_until_it_is_back()
    {
        _folder.Write("components/resiliency.yaml", ResourceText.Resiliency(
            "  policies: { retries: { DaprBuiltInServiceRetries: { duration: 100ms, maxRetries: 600 } } }"));
        await using var caller = await SidecarUnderTest.StartAsync(_folder, "gateway");
        await using (var callee = await SidecarUnderTest.StartAsync(_folder, "orders", _app))
        {
            (await caller.Http.GetAsync("/v1.0/invoke/orders/method/x")).Dispose();
            await callee.KillAsync();
        }

        var call = caller.Http.PostAsync("/v1.0/invoke/orders/method/x", new StringContent("body"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await caller.WaitForLogAsync("Error processing operation DaprBuiltInServiceRetries", limit.Token);
        await using var again = await SidecarUnderTest.StartAsync(_folder, "orders", _app);
        using var answer = await call;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("body", _bodies.Last());
    }

    private async Task<HttpResponseMessage> InvokeAsync(string appId, HttpContent? body = null)
    {
        await using var pair = await PairAsync(appId);
        return await pair.Caller.Http.PostAsync($"/v1.0/invoke/{appId}/method/x", body);
    }

    private async Task<Pair> PairAsync(string appId) => new(
        await SidecarUnderTest.StartAsync(_folder, appId, _app), await SidecarUnderTest.StartAsync(_folder, "gateway"));

    private sealed record Pair(SidecarUnderTest Callee, SidecarUnderTest Caller) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Caller.DisposeAsync();
            await Callee.DisposeAsync();
        }
    }
}
