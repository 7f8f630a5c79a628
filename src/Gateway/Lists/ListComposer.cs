using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Runbooks;
using McpMesh.Gateway.Upstream;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Lists;

/// <summary>
/// Collects a list from the servers, all at once, each with a token of this caller. Servers of which the caller may use nothing are not
/// asked. A server that fails is named in <c>_meta</c> and hides nothing of the others.
/// </summary>
internal sealed partial class ListComposer(
    ServerDirectory servers, RunbookDirectory runbooks, IHopTokenSource hops, UpstreamQuery upstream, MeshConfiguration mesh,
    TimeProvider time, ILogger<ListComposer> log)
{
    private const int MostPages = 100;
    private const int MostItems = 10_000;

    public async Task<MeshList> ComposeAsync(ListQuestion question, PolicyEngine policy)
    {
        using var overdue = new CancellationTokenSource(mesh.Limits.CallTimeout, time);
        var shares = await Task.WhenAll(servers.All
            .Where(server => question.PathServer is null || question.PathServer == server.Name)
            .Select(server =>
                (Server: server, Methods: policy.EffectiveMethods(question.Caller with { Time = time.GetUtcNow() }, server.Name)))
            .Where(one => one.Methods.Count > 0)
            .Select(one => ShareAsync(question, one.Server, one.Methods, overdue.Token)));
        return new MeshList(Write(question, shares, RunbooksFor(question, policy)), shares.All(share => share.Failure is null));
    }

    private IEnumerable<McpListItem> RunbooksFor(ListQuestion question, PolicyEngine policy)
    {
        if (question.Kind != McpListKind.Tools || question.PathServer is not null || runbooks.All.IsEmpty) return [];
        var methods = policy.EffectiveMethods(question.Caller with { Time = time.GetUtcNow() }, RunbookConfiguration.ServerName);
        return runbooks.All.Where(runbook => methods.Contains(runbook.Method, StringComparer.Ordinal)).Select(runbook => runbook.Item);
    }

    private async Task<ServerShare> ShareAsync(
        ListQuestion question, ServerTarget server, IReadOnlyList<string> methods, CancellationToken cancellationToken)
    {
        try
        {
            var scope = string.Join(' ', methods);
            var hop = await hops.GetAsync(question.Token, question.BearerToken, server.Resource, scope, cancellationToken);
            var items = await PagesAsync(question, server, hop, cancellationToken);
            return new ServerShare(server, [.. items.Where(item => IsVisible(question.Kind, server, item, methods))], null);
        }
        catch (Exception e) when (e is UpstreamException or HopTokenException)
        {
            Log.ShareMissing(log, question.Kind.Method, server.Name, e.Message);
            return new ServerShare(server, [], e.Message);
        }
        catch (JsonException e)
        {
            Log.ShareMissing(log, question.Kind.Method, server.Name, e.Message);
            return new ServerShare(server, [], "The server's answer is not a list.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ServerShare(server, [], "The server did not answer in time.");
        }
    }

    private async Task<List<McpListItem>> PagesAsync(
        ListQuestion question, ServerTarget server, HopToken hop, CancellationToken cancellationToken)
    {
        var items = new List<McpListItem>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var message = ListRequest.Write(question.Kind.Method, question.Capabilities.Span, cursor);
            var answer = await upstream.AskAsync(server, hop, question.Kind.Method, message, cancellationToken);
            var read = McpListPage.Read(answer, question.Kind, out var error);
            // A server without prompts or resources does not know the method: its share is empty, not missing.
            if (read is null && error == JsonRpcErrorCode.MethodNotFound && page == 0) return items;
            if (read is null) throw new UpstreamException($"The server answered with JSON-RPC error {error}.");
            items.AddRange(read.Items);
            if (items.Count > MostItems) throw new UpstreamException($"The server's list has more than {MostItems} items.");
            if (read.NextCursor is null) return items;
            if (read.NextCursor == cursor) throw new UpstreamException("The server's list does not end: a page names itself as the next.");
            cursor = read.NextCursor;
        }

        throw new UpstreamException($"The server's list has more than {MostPages} pages.");
    }

    private static bool IsVisible(McpListKind kind, ServerTarget server, McpListItem item, IReadOnlyList<string> methods) =>
        kind != McpListKind.Tools
        || (server.Tools.TryGetValue(item.Key, out var tool) && methods.Contains(tool.Method, StringComparer.Ordinal));

    private ReadOnlyMemory<byte> Write(ListQuestion question, ServerShare[] shares, IEnumerable<McpListItem> own)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        output.Write("{\"resultType\":\"complete\",\""u8);
        output.Write(System.Text.Encoding.UTF8.GetBytes(question.Kind.Items));
        output.Write("\":["u8);
        var isFirst = true;
        foreach (var share in shares)
        {
            foreach (var item in share.Items)
            {
                if (!isFirst) output.Write(","u8);
                isFirst = false;
                item.WriteTo(output, question.PathServer is null ? Exposed(question.Kind, share.Server, item.Key) : item.Key);
            }
        }

        foreach (var item in own)
        {
            if (!isFirst) output.Write(","u8);
            isFirst = false;
            item.WriteTo(output, item.Key);
        }

        output.Write("],"u8);
        WriteTail(output, shares.Where(share => share.Failure is not null));
        return output.WrittenMemory;
    }

    private static string Exposed(McpListKind kind, ServerTarget server, string key) =>
        kind == McpListKind.Tools || kind == McpListKind.Prompts ? $"{server.Name}.{key}" : ResourceUri.Wrap(server.Name, key);

    private void WriteTail(ArrayBufferWriter<byte> output, IEnumerable<ServerShare> missing)
    {
        var tail = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(tail, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("ttlMs"u8, (long)mesh.Limits.ListCacheFor.TotalMilliseconds);
            json.WriteString("cacheScope"u8, "private"u8);
            json.WriteStartObject("_meta"u8);
            GatewayIdentity.WriteServerInfo(json);
            if (missing.Any())
            {
                json.WriteStartArray(McpMetaKey.Unavailable);
                foreach (var share in missing)
                {
                    json.WriteStartObject();
                    json.WriteString("server"u8, share.Server.Name);
                    json.WriteString("reason"u8, share.Failure);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        // The tail is an object of its own; its opening brace is the list's.
        output.Write(tail.WrittenSpan[1..]);
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "{Method} goes without the share of server {Server}: {Reason}")]
        public static partial void ShareMissing(ILogger logger, string method, string server, string reason);
    }
}
