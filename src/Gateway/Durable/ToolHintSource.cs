using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Upstream;
using McpMesh.Identity;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// The annotations of each server's tools, asked for once and kept for some minutes. Of a tool that the list does not name nothing is said,
/// and a server that does not answer has said nothing either: such tools are taken to change things.
/// </summary>
internal sealed partial class ToolHintSource(IHopTokenSource hops, UpstreamQuery upstream, TimeProvider time, ILogger<ToolHintSource> log)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Server, string Tool), (ToolHints Hints, DateTimeOffset Until)> _known = new();

    /// <summary>What the server of the call says of its tool.</summary>
    public ValueTask<ToolHints> GetAsync(GatewayCall call) =>
        Find(call.Server!.Name, call.Target!) is { } known
            ? new(known)
            : new(AskAsync(
                call.Server, call.Target!,
                ended => hops.GetAsync(call.Token!, call.BearerToken, call.Server.Resource, call.HopScope, ended),
                call.Http.RequestAborted));

    /// <summary>What a server says of a tool to whoever delegated.</summary>
    public ValueTask<ToolHints> GetAsync(
        ServerTarget server, string tool, Delegation delegation, string scope, CancellationToken cancellationToken) =>
        Find(server.Name, tool) is { } known
            ? new(known)
            : new(AskAsync(server, tool, ended => hops.GetAsync(delegation, server.Resource, scope, ended), cancellationToken));

    private ToolHints? Find(string server, string tool) =>
        _known.TryGetValue((server, tool), out var known) && time.GetUtcNow() < known.Until ? known.Hints : null;

    private async Task<ToolHints> AskAsync(
        ServerTarget server, string tool, Func<CancellationToken, ValueTask<HopToken>> hopAsync, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            var hop = await hopAsync(ended.Token);
            var tools = await ListAsync(server, hop, ended.Token);
            var until = time.GetUtcNow() + Kept;
            foreach (var (name, hints) in tools) _known[(server.Name, name)] = (hints, until);
            var wanted = tools.GetValueOrDefault(tool);
            _known[(server.Name, tool)] = (wanted, until);
            return wanted;
        }
        catch (Exception e) when (e is UpstreamException or HopTokenException or JsonException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.NoHints(log, server.Name, e.Message);
            return default;
        }
    }

    private async Task<FrozenDictionary<string, ToolHints>> ListAsync(ServerTarget server, HopToken hop, CancellationToken cancellationToken)
    {
        const int mostPages = 100;
        var items = new List<McpListItem>();
        string? cursor = null;
        for (var page = 0; page < mostPages; page++)
        {
            var message = ListRequest.Write(McpListKind.Tools.Method, "{}"u8, cursor);
            var answer = await upstream.AskAsync(server, hop, McpListKind.Tools.Method, message, cancellationToken);
            var read = McpListPage.Read(answer, McpListKind.Tools, out var error)
                ?? throw new UpstreamException($"The server answered with JSON-RPC error {error}.");
            items.AddRange(read.Items);
            if (read.NextCursor is null || read.NextCursor == cursor) break;
            cursor = read.NextCursor;
        }

        return ToolHintReader.Read(items);
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "The tools of server {Server} are taken to change things, since it does not say: {Reason}")]
        public static partial void NoHints(ILogger logger, string server, string reason);
    }
}
