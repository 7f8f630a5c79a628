using System.Net;
using System.Net.Http.Headers;

namespace McpMesh.AuditSink.Tests;

public sealed class ReadingTests : IAsyncLifetime
{
    private RunningSink _sink = null!;

    public async Task InitializeAsync() => _sink = await RunningSink.StartAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    [Fact]
    public async Task A_transaction_is_read_by_time_and_within_one_time_by_arrival()
    {
        await _sink.DeliverAsync(
            RunningSink.Event("a", 3, "a-late"), RunningSink.Event("b", 1, "b"),
            RunningSink.Event("a", 1, "a-first"), RunningSink.Event("a", 1, "a-second"));

        Assert.Equal(["a-first", "a-second", "a-late"], await _sink.ReadAsync("?txn=a"));
        Assert.Equal(["b", "a-first", "a-second", "a-late"], await _sink.ReadAsync());
        Assert.Empty(await _sink.ReadAsync("?txn=nobody"));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        var events = Enumerable.Range(0, 25).Select(i => RunningSink.Event(second: i / 10)).ToArray();
        await _sink.DeliverAsync(events);
        var read = new List<string>();

        for (var page = await _sink.ReadAsync("?txn=txn-1&limit=10"); page.Length > 0;)
        {
            read.AddRange(page);
            page = await _sink.ReadAsync($"?txn=txn-1&limit=10&after={page[^1]}");
        }

        Assert.Equal(events.Select(auditEvent => auditEvent.Id), read);
    }

    [Fact]
    public async Task Without_a_limit_a_hundred_events_are_read()
    {
        await _sink.DeliverAsync([.. Enumerable.Range(0, 130).Select(i => RunningSink.Event(second: i))]);

        Assert.Equal(100, (await _sink.ReadAsync()).Length);
        Assert.Equal(130, (await _sink.ReadAsync("?limit=1000")).Length);
    }

    [Theory]
    [InlineData("?limit=0", "limit must be a whole number from 1 to 1000")]
    [InlineData("?limit=1001", "limit must be a whole number from 1 to 1000")]
    [InlineData("?limit=-1", "limit must be a whole number from 1 to 1000")]
    [InlineData("?limit=ten", "limit must be a whole number from 1 to 1000")]
    [InlineData("?limit=", "limit must be given once")]
    [InlineData("?txn=a&txn=b", "txn must be given once")]
    [InlineData("?tnx=a", "'tnx' is not a parameter")]
    [InlineData("?after=nobody", "after must be the id of an event")]
    [InlineData("?txn='%20OR%201=1%20--&limit=x", "limit must be")]
    public async Task A_bad_parameter_is_refused_by_name_and_rule(string query, string rule)
    {
        using var response = await _sink.Http.GetAsync(new Uri("/events" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            rule, System.Text.RegularExpressions.Regex.Unescape(await response.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_event_is_not_found()
    {
        using var response = await _sink.Http.GetAsync(new Uri("/events/nobody", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("dapr-caller-app-id", "adapter-logs")]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Host", "rebound.example")]
    public async Task A_request_from_elsewhere_may_not_read(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await _sink.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("0123456789abcdef", HttpStatusCode.OK)]
    [InlineData("0123456789abcdeF", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task With_an_audit_token_only_its_holder_reads(string? token, HttpStatusCode expected)
    {
        await using var guarded = await RunningSink.StartAsync(("MESH_AUDIT_TOKEN", "0123456789abcdef"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await guarded.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_guessable_audit_token_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => RunningSink.StartAsync(("MESH_AUDIT_TOKEN", "short")));

        Assert.Contains("MESH_AUDIT_TOKEN", error.Message, StringComparison.Ordinal);
    }
}
