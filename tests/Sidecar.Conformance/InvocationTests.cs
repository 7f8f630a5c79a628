using System.Text;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.2 over HTTP.</summary>
[Collection(nameof(InvocationMesh))]
public sealed class InvocationTests(InvocationMesh mesh)
{
    private const string Echo = "/v1.0/invoke/orders/method/echo";

    public static TheoryData<string> Verbs => ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task The_path_form_takes_any_verb_with_path_query_and_body(string verb)
    {
        var body = verb == "GET" ? null : "hello";
        var seen = await SeenAsync($"{verb} /v1.0/invoke/orders/method/a/b%20c?x=1&y=%2F", body, "text/plain");

        Assert.Equal((verb, "/a/b%20c?x=1&y=%2F", body ?? ""), (seen.Method, seen.Target, seen.Body));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task The_header_form_takes_any_verb_and_its_path_is_the_method(string verb)
    {
        var body = verb == "GET" ? null : "hello";
        var seen = await SeenAsync($"{verb} /mcp/x?y=1", body, "text/plain", ("dapr-app-id", "orders"));

        Assert.Equal((verb, "/mcp/x?y=1", body ?? ""), (seen.Method, seen.Target, seen.Body));
        Assert.False(seen.Headers.ContainsKey("dapr-app-id"));
    }

    [Fact]
    public async Task The_app_id_may_be_the_user_of_basic_authorization()
    {
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes("dapr-app-id:orders"));
        var seen = await SeenAsync("GET /mcp", headers: ("Authorization", $"Basic {credentials}"));

        Assert.Equal(("/mcp", "orders"), (seen.Target, seen.Headers["dapr-callee-app-id"]));
    }

    [Fact]
    public async Task An_app_may_be_named_with_its_namespace() =>
        Assert.Equal("/echo", (await SeenAsync("GET /v1.0/invoke/orders.default/method/echo")).Target);

    [Fact]
    public async Task An_HTTPEndpoint_is_invoked_by_its_name_with_its_headers()
    {
        var seen = await SeenAsync("POST /v1.0/invoke/elsewhere/method/a/b?c=d", "hello", "text/plain");

        Assert.Equal(("POST", "/a/b?c=d", "hello"), (seen.Method, seen.Target, seen.Body));
        Assert.Equal("configured", seen.Headers["x-of-the-endpoint"]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http%3A%2F%2F127.0.0.1%3A{0}")]
    public async Task A_whole_address_is_invoked_too(string address)
    {
        var written = address.Replace("{0}", $"{mesh.AppPort}", StringComparison.Ordinal);

        Assert.Equal("/a/b?c=d", (await SeenAsync($"GET /v1.0/invoke/{written}/method/a/b?c=d")).Target);
    }

    [Theory]
    [InlineData("a/../b", "/b")]
    [InlineData("a/%2E%2E/b", "/b")]
    [InlineData("a//b", "/a/b")]
    [InlineData("a/./b", "/a/b")]
    public async Task The_method_is_decoded_and_cleaned(string written, string target) =>
        Assert.Equal(target, (await SeenAsync($"GET /v1.0/invoke/orders/method/{written}")).Target);

    [Fact]
    public async Task Headers_go_both_ways_without_those_of_a_hop()
    {
        var answer = await mesh.Http.SendAsync(
            $"GET {Echo}", headers: [("Authorization", "Bearer user"), ("X-Kept", "yes"), ("X-One-Hop", "1"), ("Connection", "X-One-Hop"),
                ("TE", "trailers"), ("Proxy-Authorization", "Basic x"), ("X-Some-Bin", "AA"), ("destination-app-id", "other")]);

        var seen = InvokedApp.Seen.Of(answer.Body);
        Assert.Equal(("Bearer user", "yes"), (seen.Headers["authorization"], seen.Headers["x-kept"]));
        foreach (var name in new[] { "x-one-hop", "te", "proxy-authorization", "x-some-bin", "destination-app-id" })
            Assert.False(seen.Headers.ContainsKey(name), name);
        Assert.Equal("from-app", answer.Headers["X-Answer"]);
        Assert.False(answer.Headers.ContainsKey("Keep-Alive"));
    }

    [Fact]
    public async Task The_app_learns_its_caller()
    {
        var headers = (await SeenAsync($"GET {Echo}", headers: ("dapr-caller-app-id", "forged"))).Headers;

        Assert.Equal((SidecarFixture.AppId, "orders"), (headers["dapr-caller-app-id"], headers["dapr-callee-app-id"]));
        Assert.True(headers.ContainsKey("dapr-caller-namespace"));
        Assert.True(headers.ContainsKey("x-forwarded-for"));
        Assert.True(headers.ContainsKey("x-forwarded-host"));
        Assert.StartsWith("for=", headers["forwarded"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_itself_gets_no_caller_headers() => Assert.DoesNotContain(
        (await SeenAsync($"GET /v1.0/invoke/{SidecarFixture.AppId}/method/echo")).Headers.Keys,
        name => name.StartsWith("dapr-caller-", StringComparison.Ordinal));

    [Theory]
    [InlineData("orders")]
    [InlineData(SidecarFixture.AppId)]
    public async Task A_trace_is_continued(string app)
    {
        const string id = "4bf92f3577b34da6a3ce929d0e0e4736";
        var headers = (await SeenAsync(
            $"GET /v1.0/invoke/{app}/method/echo", headers: [("traceparent", $"00-{id}-00f067aa0ba902b7-01"), ("tracestate", "a=b")])).Headers;

        Assert.StartsWith($"00-{id}-", headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal("a=b", headers["tracestate"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public async Task A_trace_is_begun_where_there_is_none(string? given) => Assert.Matches(
        "^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$",
        (await SeenAsync($"GET {Echo}", headers: given is null ? [] : [("traceparent", given)])).Headers["traceparent"]);

    [Theory]
    [InlineData(201)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task The_status_of_the_app_passes_with_its_headers_and_body(int status)
    {
        foreach (var app in new[] { "orders", SidecarFixture.AppId })
        {
            var answer = await mesh.Http.SendAsync($"GET /v1.0/invoke/{app}/method/status/{status}");

            Assert.Equal((status, $$"""{"status":{{status}}}"""), (answer.Status, answer.Body));
            Assert.Equal(("application/problem+json", "from-app"), (answer.ContentType, answer.Headers["X-Answer"]));
        }
    }

    [Fact]
    public async Task An_answer_without_a_body_passes() =>
        (await mesh.Http.SendAsync("GET /v1.0/invoke/orders/method/status/204")).IsNoContent();

    [Fact]
    public async Task A_body_below_the_limit_passes_whole_in_both_directions()
    {
        var body = new string('x', 3 << 20);

        Assert.Equal(body, (await SeenAsync($"POST {Echo}", body, "text/plain")).Body);
    }

    [Theory]
    [InlineData("text/event-stream", "text/event-stream")]
    [InlineData("application/json, text/event-stream", "text/event-stream")]
    [InlineData("*/*", "application/x-ndjson")]
    public async Task An_answer_arrives_piece_by_piece(string accept, string type)
    {
        using var answer = await mesh.Http.OpenAsync(
            $"GET /v1.0/invoke/orders/method/stream?type={type}", ("Accept", accept));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        for (var i = 0; i < 3; i++)
        {
            mesh.App.Send($"data: {i}\n"); // the app writes the next piece only now
            Assert.Equal($"data: {i}", await reader.ReadLineAsync());
        }

        mesh.App.Send("");
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_request_of_unknown_length_arrives_piece_by_piece()
    {
        using var content = new PipedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/invoke/orders/method/pieces") { Content = content };
        var sending = mesh.Sidecar.Http.SendAsync(request);
        foreach (var piece in new[] { "one", "two", "three" })
        {
            await content.WriteAsync(piece); // the body goes on only after the app has this piece
            Assert.Equal(piece, await mesh.App.PieceAsync());
        }

        content.Complete();
        using var answer = await sending;
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_the_call_of_the_app()
    {
        using var cancel = new CancellationTokenSource();
        var call = mesh.Sidecar.Http.GetAsync("/v1.0/invoke/orders/method/wait", cancel.Token);
        await mesh.App.Waiting;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await mesh.App.Cancelled;
    }

    [Fact]
    public async Task An_answer_that_breaks_off_never_looks_whole()
    {
        using var answer = await mesh.Http.OpenAsync("GET /v1.0/invoke/orders/method/break");
        mesh.App.Send("now"); // the beginning is here

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_app_is_500() => (await mesh.Http.SendAsync("GET /v1.0/invoke/nobody/method/x"))
        .IsError(500, "ERR_DIRECT_INVOKE", "failed to invoke, id: nobody, err: …");

    [Theory]
    [InlineData("GET /mcp")]
    [InlineData("GET /v1.0/invoke/orders")]
    [InlineData("GET /v1.0/invoke//method/x")]
    public async Task A_call_that_names_no_app_is_404(string target) => (await mesh.Http.SendAsync(target))
        .IsError(404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");

    private async Task<InvokedApp.Seen> SeenAsync(
        string target, string? body = null, string? contentType = null, params (string Name, string Value)[] headers)
    {
        var answer = await mesh.Http.SendAsync(target, body, contentType, headers);
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Body}");
        return InvokedApp.Seen.Of(answer.Body);
    }
}
