using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Runbooks;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Routing;

/// <summary>Finds the server that a call goes to: by the path, else by the first dot of a name, or by the form of a resource's
/// URI. A runbook goes to no server.</summary>
internal sealed class RouteStage(ServerDirectory servers, RunbookDirectory runbooks)
{
    private const int LongestRecordedName = 128;

    /// <summary>The path must name a server that exists.</summary>
    public GatewayError? CheckPath(GatewayCall call) => call.PathServer is { } name && servers.Find(name) is null
        ? GatewayErrors.InvalidParams("The path names no server of this gateway.") with { Status = StatusCodes.Status404NotFound }
        : null;

    /// <summary>Sets the server, the method to decide, and what the server itself calls the target.</summary>
    public GatewayError? Check(GatewayCall call) => call.Envelope!.Method switch
    {
        McpMethod.ToolsCall => RouteTool(call),
        McpMethod.PromptsGet => RouteByName(call, call.Envelope.Name, "params.name"),
        McpMethod.ResourcesRead => RouteByUri(call, call.Envelope.Uri, "params.uri"),
        _ when call.Envelope.ReferenceIsUri => RouteByUri(call, call.Envelope.Reference, "params.ref.uri"),
        _ => RouteByName(call, call.Envelope.Reference, "params.ref.name"),
    };

    private GatewayError? RouteTool(GatewayCall call)
    {
        if (Locate(call, call.Envelope!.Name, "params.name") is { } error) return TryRouteRunbook(call) ? null : error;
        if (call.Server!.Tools.TryGetValue(call.Target!, out var tool))
        {
            call.Method = tool.Method;
            return null;
        }

        call.Method = Recordable(call.Server.Name, call.Target!);
        return GatewayErrors.InvalidParams("params.name names no tool of this gateway.");
    }

    private bool TryRouteRunbook(GatewayCall call)
    {
        var at = call.Envelope!.Name;
        if (call.PathServer is not null || !at.IsPresent) return false;
        if (runbooks.Find(JsonSplice.Text(call.Body.Span, at)) is not { } runbook) return false;
        (call.Runbook, call.Method, call.Target, call.TargetAt) = (runbook, runbook.Method, runbook.Name, at);
        return true;
    }

    private GatewayError? RouteByName(GatewayCall call, JsonRange at, string field)
    {
        if (Locate(call, at, field) is { } error) return error;
        call.Method = $"{call.Server!.Name}.{call.Envelope!.Method}";
        return null;
    }

    private GatewayError? RouteByUri(GatewayCall call, JsonRange at, string field)
    {
        if (!at.IsPresent) return GatewayErrors.InvalidParams($"{field} is required.");
        var uri = JsonSplice.Text(call.Body.Span, at);
        if (call.PathServer is { } path) Point(call, servers.Find(path)!, uri, at);
        else if (ResourceUri.TryUnwrap(uri, out var name, out var original) && servers.Find(name) is { } server)
            Point(call, server, original, at);
        else return GatewayErrors.UnknownResource(uri);
        call.Method = $"{call.Server!.Name}.{call.Envelope!.Method}";
        return null;
    }

    private GatewayError? Locate(GatewayCall call, JsonRange at, string field)
    {
        if (!at.IsPresent) return GatewayErrors.InvalidParams($"{field} is required.");
        var name = JsonSplice.Text(call.Body.Span, at);
        if (call.PathServer is { } path)
        {
            Point(call, servers.Find(path)!, name, at);
            return null;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var server = dot > 0 ? servers.Find(name[..dot]) : null;
        if (server is null) return GatewayErrors.InvalidParams($"{field} names no server of this gateway: it must read server.name.");
        Point(call, server, name[(dot + 1)..], at);
        return null;
    }

    private static void Point(GatewayCall call, ServerTarget server, string target, JsonRange at) =>
        (call.Server, call.Target, call.TargetAt) = (server, target, at);

    /// <summary>A name that nobody registered goes into the record only while it looks like one.</summary>
    private static string? Recordable(string server, string tool) =>
        tool.Length <= LongestRecordedName && tool.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? $"{server}.{tool}"
            : null;
}
