using System.Net;
using System.Text.Json;
using McpMesh.Audit;
using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Tests;

public sealed class DeliveryTests : IAsyncLifetime
{
    private RunningSink _sink = null!;

    public async Task InitializeAsync() => _sink = await RunningSink.StartAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    [Fact]
    public async Task A_batch_is_stored_in_order_and_acknowledged()
    {
        AuditEvent[] events = [RunningSink.Event(), RunningSink.Event(), RunningSink.Event()];

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS"], await _sink.DeliverAsync(events));

        Assert.Equal(events.Select(auditEvent => auditEvent.Id), await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_redelivery_doubles_nothing_neither_across_batches_nor_within_one()
    {
        var (first, second) = (RunningSink.Event(), RunningSink.Event());
        await _sink.DeliverAsync(first);

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS"], await _sink.DeliverAsync(first, second, second));

        Assert.Equal([first.Id, second.Id], await _sink.ReadAsync());
    }

    [Fact]
    public async Task Another_event_under_a_known_id_is_dropped_and_the_first_stays()
    {
        var original = RunningSink.Event();
        await _sink.DeliverAsync(original);

        Assert.Equal(["SUCCESS", "SUCCESS"], await _sink.DeliverAsync(original with { Subject = "somebody else" }, RunningSink.Event()));
        Assert.Equal(2, (await _sink.ReadAsync()).Length);

        var kept = await _sink.Http.GetStringAsync(new Uri($"/events/{original.Id}", UriKind.Relative));
        Assert.Equal(JsonSerializer.Serialize(original), kept);
    }

    [Fact]
    public async Task What_is_no_batch_of_events_is_dropped_and_the_rest_of_the_delivery_is_kept()
    {
        var good = RunningSink.Event();

        var statuses = await _sink.DeliverAsync(
        [
            "\"a text\"",
            "null",
            "{\"id\":\"no data\"}",
            "{\"data\":\"a text\"}",
            "{\"data\":[]}",
            "{\"data\":{\"events\":{}}}",
            $"{{\"data\":{JsonSerializer.Serialize(good)}}}",
            RunningSink.Message(JsonSerializer.Serialize(good)),
        ]);

        Assert.Equal(["DROP", "DROP", "DROP", "DROP", "DROP", "DROP", "DROP", "SUCCESS"], statuses);
        Assert.Equal([good.Id], await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_bad_event_is_dropped_alone_and_named_and_its_neighbours_are_kept()
    {
        using var log = new CriticalLines();
        await using var sink = await RunningSink.StartAsync(Directory.CreateTempSubdirectory("audit-sink-").FullName, log);
        const int limit = 1024 * 1024;
        string[] good = [.. Enumerable.Range(0, 3).Select(i => JsonSerializer.Serialize(RunningSink.Event(second: i)))];
        var deep = new string('[', 5_000) + new string(']', 5_000);
        var broken = good[1].Replace("\"kind\":\"intent\"", "\"kind\":7", StringComparison.Ordinal);
        var large = good[1].Replace("\"class_uid\"", $"\"filler\":\"{new string('x', limit)}\",\"class_uid\"", StringComparison.Ordinal);

        var statuses = await sink.DeliverAsync(
        [
            RunningSink.Message(good[0], "7", deep, "{\"class_uid\":1}", broken, large, good[1]),
            RunningSink.Message("[]"),
            RunningSink.Message(good[2]),
            RunningSink.Message(),
        ]);

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS"], statuses);
        Assert.Equal(
            $"[{string.Join(",\n", good)}]\n", await sink.Http.GetStringAsync(new Uri("/events", UriKind.Relative)));
        Assert.Equal(
            [
                "Dropped event 1 of message 0 of audit-events: the event must be a JSON object",
                "Dropped event 2 of message 0 of audit-events: the event must be a JSON object",
                "Dropped event 3 of message 0 of audit-events: unmapped.mcpmesh.kind is required",
                "Dropped event 4 of message 0 of audit-events: kind must be a text",
                $"Dropped event 5 of message 0 of audit-events: the event has {large.Length} bytes; at most {limit} are taken",
                "Dropped event 0 of message 1 of audit-events: the event must be a JSON object",
            ],
            log.Lines);
    }

    [Fact]
    public async Task A_delivery_of_many_batches_is_stored_in_order_and_a_redelivery_of_any_part_doubles_nothing()
    {
        string[][] batches =
            [.. Enumerable.Range(0, 500).Select(i => JsonSerializer.Serialize(RunningSink.Event(second: i))).Chunk(100)];
        string[] messages = [.. batches.Select(batch => RunningSink.Message(batch))];
        Assert.All(await _sink.DeliverAsync(messages[..3]), status => Assert.Equal("SUCCESS", status));

        Assert.All(await _sink.DeliverAsync([messages[2], .. messages[2..], messages[0]]), status => Assert.Equal("SUCCESS", status));

        var expected = batches.SelectMany(batch => batch).Select(json => JsonSerializer.Deserialize<AuditEvent>(json)!.Id);
        Assert.Equal(expected, await _sink.ReadAsync("?limit=1000"));
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_one_error_and_stores_nothing()
    {
        var good = RunningSink.Message(JsonSerializer.Serialize(RunningSink.Event()));

        using var response = await _sink.PostAsync([good, "{"], RunningSink.AppToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("The delivery is not JSON", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(await _sink.ReadAsync());
    }

    [Fact]
    public async Task An_id_that_is_no_uuid_or_is_written_in_another_case_is_another_id()
    {
        const string lower = "019a0000-0000-7000-8000-00000000abcd";
        string[] ids = [lower, lower.ToUpperInvariant(), "{" + lower + "}", "a", "\u4e2d", new string('x', 36)];
        await _sink.DeliverAsync([.. ids.Select((id, i) => RunningSink.Event(second: i, id: id))]);

        Assert.Equal(ids, await _sink.ReadAsync());
        foreach (var id in ids)
        {
            using var found = JsonDocument.Parse(
                await _sink.Http.GetStringAsync(new Uri("/events/" + Uri.EscapeDataString(id), UriKind.Relative)));
            Assert.Equal(id, found.RootElement.GetProperty("metadata").GetProperty("uid").GetString());
        }
    }

    [Fact]
    public async Task A_store_that_fails_leaves_the_batch_with_the_broker()
    {
        await using (var saboteur = new SqliteConnection($"data source={Path.Combine(_sink.Folder, "audit", "audit.db")}"))
        {
            await saboteur.OpenAsync();
            await using var command = saboteur.CreateCommand();
            command.CommandText = "ALTER TABLE events RENAME TO elsewhere";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(["DROP", "RETRY"], await _sink.DeliverAsync(
            ["{}", RunningSink.Message(JsonSerializer.Serialize(RunningSink.Event()))]));
        using var health = await _sink.Http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task Only_the_sidecar_delivers(string? token)
    {
        using var response = await _sink.PostAsync([RunningSink.Message(JsonSerializer.Serialize(RunningSink.Event()))], token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_sink_without_an_app_token_takes_nothing_from_anybody()
    {
        await using var open = await RunningSink.StartAsync(("APP_API_TOKEN", ""));

        using var response = await open.PostAsync([], string.Empty);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_sidecar_is_told_to_deliver_in_bulk()
    {
        var subscriptions = await _sink.Http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative));

        using var document = JsonDocument.Parse(subscriptions);
        var subscription = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal("audit-events", subscription.GetProperty("topic").GetString());
        Assert.True(subscription.GetProperty("bulkSubscribe").GetProperty("enabled").GetBoolean());
    }
}
