using System.Net;
using System.Text;
using System.Threading.Channels;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Invocation;

public sealed class ServiceInvocationTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _nextPiece = new(0);
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    private TestApp _app = null!;
    private SidecarUnderTest _callee = null!;
    private SidecarUnderTest _caller = null!;

    public async Task InitializeAsync()
    {
        try
        {
            _app = await TestApp.StartAsync(HandleAsync);
            _callee = await SidecarUnderTest.StartAsync(_folder, "orders", _app, environment: ("APP_API_TOKEN", "app-secret"));
            _caller = await SidecarUnderTest.StartAsync(_folder, "gateway");
        }
        catch
        {
            // xunit disposes nothing whose beginning failed.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_caller is not null) await _caller.DisposeAsync();
        if (_callee is not null) await _callee.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _nextPiece.Dispose();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Every_verb_reaches_the_app_with_path_query_and_body(string verb)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), "/v1.0/invoke/orders/method/a/b%20c?x=1&y=%2F");
        if (verb is not "GET") request.Content = new StringContent("hello");
        using var answer = await _caller.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"{verb} /a/b%20c?x=1&y=%2F {(verb is "GET" ? "" : "hello")}", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_header_form_keeps_the_path_and_loses_the_header()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/headers");
        request.Headers.Add("dapr-app-id", "orders");
        var seen = await SeenHeadersAsync(request);
        Assert.DoesNotContain("dapr-app-id:", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_basic_user_form_names_the_app_and_loses_the_credentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/headers");
        request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("dapr-app-id:orders")));
        Assert.DoesNotContain("Authorization:", await SeenHeadersAsync(request), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Headers_pass_both_ways_and_hop_by_hop_headers_do_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/headers");
        request.Headers.Add("Authorization", "Bearer user-token");
        request.Headers.Add("X-One-Hop", "1");
        request.Headers.Add("Connection", "X-One-Hop");
        request.Headers.Add("TE", "trailers");
        request.Headers.Add("X-Kept", "yes");
        using var answer = await _caller.Http.SendAsync(request);
        var seen = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Authorization: Bearer user-token", seen, StringComparison.Ordinal);
        Assert.Contains("X-Kept: yes", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("X-One-Hop", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("TE:", seen, StringComparison.Ordinal);
        Assert.Equal("from-app", answer.Headers.GetValues("X-Answer").Single());
        Assert.False(answer.Headers.Contains("Keep-Alive"));
    }

    [Fact]
    public async Task The_app_learns_its_caller_and_its_own_token_and_no_app_can_forge_either()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/headers");
        request.Headers.Add("dapr-caller-app-id", "token-exchange");
        request.Headers.Add("dapr-api-token", "guess");
        request.Headers.Add("mesh-sidecar-proof", new string('0', 64));
        var seen = await SeenHeadersAsync(request);
        Assert.Contains("dapr-caller-app-id: gateway\n", seen, StringComparison.Ordinal);
        Assert.Contains("dapr-api-token: app-secret\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("token-exchange", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("mesh-sidecar-proof", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_call_of_the_internal_port_without_proof_is_refused()
    {
        var port = InternalPortOf(_callee);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/headers");
        request.Headers.Add("dapr-caller-app-id", "gateway");
        request.Headers.Add("dapr-callee-app-id", "orders");
        request.Headers.Add("mesh-sidecar-proof", new string('a', 64));
        using var answer = await _caller.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("ERR_DIRECT_INVOKE", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_calls_itself_gets_no_caller_headers()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/headers");
        request.Headers.Add("dapr-caller-app-id", "gateway");
        using var answer = await _callee.Http.SendAsync(request);
        Assert.DoesNotContain("dapr-caller-app-id", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_trace_is_continued_and_otherwise_begun()
    {
        const string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        using var traced = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/headers");
        traced.Headers.Add("traceparent", parent);
        traced.Headers.Add("tracestate", "a=b");
        var seen = await SeenHeadersAsync(traced);
        Assert.Contains($"traceparent: {parent}\n", seen, StringComparison.Ordinal);
        Assert.Contains("tracestate: a=b\n", seen, StringComparison.Ordinal);
        using var untraced = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/headers");
        untraced.Headers.TryAddWithoutValidation("traceparent", "nonsense");
        Assert.Matches("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\n", await SeenHeadersAsync(untraced));
    }

    [Fact]
    public async Task Server_sent_events_arrive_one_by_one_before_the_stream_ends()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/orders/method/sse");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using var answer = await _caller.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            _nextPiece.Release(); // the app writes the next event only now
            Assert.Equal($"data: {i}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
        }
    }

    [Fact]
    public async Task A_streamed_request_body_reaches_the_app_piece_by_piece()
    {
        using var content = new PipedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/invoke/orders/method/pieces") { Content = content };
        var sending = _caller.Http.SendAsync(request);
        foreach (var piece in new[] { "one", "two", "three" })
        {
            await content.WriteAsync(piece); // the body goes on only after the app has this piece
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            Assert.Equal(piece, await _pieces.Reader.ReadAsync(limit.Token));
        }

        content.Complete();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_request_at_the_app()
    {
        using var cancel = new CancellationTokenSource();
        var call = _caller.Http.GetAsync("/v1.0/invoke/orders/method/wait", cancel.Token);
        await _nextPiece.WaitAsync(TimeSpan.FromSeconds(60)); // the app has it
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task An_answer_that_the_app_breaks_off_never_looks_whole()
    {
        using var answer = await _caller.Http.GetAsync("/v1.0/invoke/orders/method/break", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        _nextPiece.Release(); // the beginning is here: now the app breaks off
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/v1.0/invoke/nobody/method/x", HttpStatusCode.InternalServerError, "failed to resolve address for 'nobody'")]
    [InlineData("/nothing", HttpStatusCode.NotFound, "failed getting app id either from the URL path or the header dapr-app-id")]
    [InlineData("/v1.0/unknown", HttpStatusCode.NotFound, "failed getting app id either from the URL path or the header dapr-app-id")]
    public async Task What_cannot_be_invoked_is_one_clear_error(string path, HttpStatusCode status, string message)
    {
        using var answer = await _caller.Http.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"errorCode\":\"ERR_DIRECT_INVOKE\"", body, StringComparison.Ordinal);
        Assert.Contains(
            message, System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    internal static int InternalPortOf(SidecarUnderTest sidecar) =>
        int.Parse(sidecar.Log.Split("internal port ")[1].Split(' ', '"')[0], null);

    private async Task<string> SeenHeadersAsync(HttpRequestMessage request)
    {
        using var answer = await _caller.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        switch (path)
        {
            case "/headers":
                context.Response.Headers["X-Answer"] = "from-app";
                context.Response.Headers["Keep-Alive"] = "timeout=5";
                await context.Response.WriteAsync(
                    string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n")));
                break;
            case "/sse":
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.FlushAsync(context.RequestAborted);
                for (var i = 0; i < 3; i++)
                {
                    await _nextPiece.WaitAsync(context.RequestAborted);
                    await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                }

                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "/pieces":
                var buffer = new byte[1024];
                for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
                    await _pieces.Writer.WriteAsync(Encoding.UTF8.GetString(buffer, 0, read), context.RequestAborted);
                break;
            case "/wait":
                _nextPiece.Release();
                context.RequestAborted.Register(() => _cancelled.TrySetResult());
                await _cancelled.Task;
                break;
            case "/break":
                await context.Response.WriteAsync("half an answ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await _nextPiece.WaitAsync(context.RequestAborted);
                context.Abort();
                break;
            default:
                using (var reader = new StreamReader(context.Request.Body))
                {
                    var body = await reader.ReadToEndAsync(context.RequestAborted);
                    context.Response.StatusCode = 201;
                    await context.Response.WriteAsync(
                        $"{context.Request.Method} {context.Request.Path.ToUriComponent()}{context.Request.QueryString} {body}",
                        context.RequestAborted);
                }

                break;
        }
    }
}
