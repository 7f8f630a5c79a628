using System.Text.Json;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Ledger;
using McpMesh.Protocol;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpMesh.Adapters.Mcp;

/// <summary>Joins an adapter to the SDK's server: one immutable set of options for all requests.</summary>
internal sealed partial class AdapterServer
{
    private readonly IAdapter _adapter;
    private readonly Authorization _authorization;
    private readonly RecordedCalls _calls;
    private readonly TestSwitches _switches;
    private readonly EffectDelay _delay;
    private readonly ILogger<AdapterServer> _logger;
    private readonly Dictionary<string, (IAdapterTool Tool, IReadOnlyList<string> Arguments)> _tools;

    public AdapterServer(
        IAdapter adapter, ServedServer served, Authorization authorization, RecordedCalls calls, TestSwitches switches, EffectDelay delay,
        ILogger<AdapterServer> logger)
    {
        (_adapter, _authorization, _calls, _switches, _delay, _logger) = (adapter, authorization, calls, switches, delay, logger);
        // Only what mesh.yaml names exists; the rest of the kind stays out of reach.
        Tools = [.. adapter.Tools.Where(tool => served.Server.Tools.Contains(tool.Definition.Name, StringComparer.Ordinal))];
        _tools = Tools.ToDictionary(
            tool => tool.Definition.Name, tool => (tool, JsonSchema.PropertiesOf(tool.Definition.InputSchema)), StringComparer.Ordinal);
        Options = new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = $"mcpmesh-{served.Name}",
                Version = typeof(AdapterServer).Assembly.GetName().Version!.ToString(3)
            },
            ServerInstructions = adapter.Instructions,
            ScopeRequests = false,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            Handlers = new McpServerHandlers { ListToolsHandler = ListToolsAsync, CallToolHandler = CallToolAsync },
        };
        if (adapter.Resources is not null)
        {
            Options.Capabilities.Resources = new ResourcesCapability();
            Options.Handlers.ListResourcesHandler = ListResourcesAsync;
            Options.Handlers.ListResourceTemplatesHandler = ListTemplatesAsync;
            Options.Handlers.ReadResourceHandler = ReadResourceAsync;
        }
        if (adapter.Prompts.Count > 0)
        {
            Options.Capabilities.Prompts = new PromptsCapability();
            Options.Handlers.ListPromptsHandler = ListPromptsAsync;
            Options.Handlers.GetPromptHandler = GetPromptAsync;
        }
    }

    /// <summary>What the SDK's server serves.</summary>
    public McpServerOptions Options { get; }

    /// <summary>The tools in service.</summary>
    public IReadOnlyList<IAdapterTool> Tools { get; }

    /// <summary>Whether there is such a tool.</summary>
    public bool HasTool(string name) => _tools.ContainsKey(name);

    private ValueTask<ListToolsResult> ListToolsAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken)
    {
        var visible = _authorization.VisibleTools(CallOf(request).Caller);
        return ValueTask.FromResult(new ListToolsResult
        {
            Tools = [.. Tools.Select(tool => tool.Definition).Where(tool => visible.Contains(tool.Name))],
        });
    }

    private async ValueTask<CallToolResult> CallToolAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = CallOf(request);
        var (tool, known) = _tools[request.Params.Name];
        return await GuardAsync(call, () => _switches.NoDeduplication
            ? RunAsync(request, call, tool, known, null, cancellationToken)
            : _calls.CallAsync(
                call, tool, () => RunAsync(request, call, tool, known, call.IdempotencyKey, cancellationToken), cancellationToken),
            cancellationToken);
    }

    /// <summary>Runs a tool; its refusals and failures are results too.</summary>
    private async ValueTask<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> request, ServedCall call, IAdapterTool tool, IReadOnlyList<string> known, string? key,
        CancellationToken cancellationToken)
    {
        try
        {
            var hasEffect = tool.Definition.Annotations?.ReadOnlyHint is not true;
            if (hasEffect) await _delay.BeforeAsync(request, cancellationToken);
            IEnumerable<KeyValuePair<string, JsonElement>>? given = request.Params.Arguments;
            if (_switches.NoDeduplication) given = given?.Where(argument => argument.Key != "idempotencyKey");
            var arguments = ToolArguments.Read(given, known);
            var result = await tool.CallAsync(new ToolCall(arguments, call.Caller, key), cancellationToken);
            if (hasEffect) await _delay.AfterAsync(request, cancellationToken);
            call.End(result.IsError is true ? "failed" : "success");
            return result;
        }
        catch (ToolInputException error)
        {
            call.End("failed", $"{error.Field}: {error.Rule}");
            return ToolResults.Refusal(error);
        }
        catch (ToolFailureException error)
        {
            call.End("failed", error.Message);
            return ToolResults.Failure(error.Message);
        }
    }

    private async ValueTask<CallToolResult> GuardAsync(
        ServedCall call, Func<ValueTask<CallToolResult>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (IdempotencyConflictException error)
        {
            call.End("failed", error.Message);
            throw Error(error.Message, MeshErrorCode.IdempotencyConflict, call);
        }
        catch (LedgerUnavailableException error)
        {
            LogFailure(error, call.Caller.Token.Transaction);
            call.End("failed", error.Message);
            throw Error(error.Message, MeshErrorCode.ServerUnavailable, call);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.End("cancelled");
            throw;
        }
        catch (Exception error)
        {
            LogFailure(error, call.Caller.Token.Transaction);
            call.End("failed", "internal error");
            throw new McpProtocolException("The server failed; the operator's log has the details.", McpErrorCode.InternalError);
        }
    }

    private async ValueTask<ListResourcesResult> ListResourcesAsync(
        RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken) =>
        MayRead(request)
            ? new ListResourcesResult { Resources = [.. await _adapter.Resources!.ListAsync(cancellationToken)] }
            : new ListResourcesResult();

    private ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(
        RequestContext<ListResourceTemplatesRequestParams> request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            new ListResourceTemplatesResult { ResourceTemplates = MayRead(request) ? [.. _adapter.Resources!.Templates] : [] });

    private async ValueTask<ReadResourceResult> ReadResourceAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var call = CallOf(request);
        if (await _adapter.Resources!.ReadAsync(request.Params.Uri, cancellationToken) is not { } contents)
        {
            call.End("failed", "unknown resource");
            throw new McpProtocolException("uri: there is no such resource.", McpErrorCode.InvalidParams);
        }
        call.End("success");
        return new ReadResourceResult { Contents = [contents] };
    }

    private ValueTask<ListPromptsResult> ListPromptsAsync(
        RequestContext<ListPromptsRequestParams> request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            new ListPromptsResult { Prompts = MayRead(request) ? [.. _adapter.Prompts.Select(prompt => prompt.Definition)] : [] });

    private async ValueTask<GetPromptResult> GetPromptAsync(
        RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        var call = CallOf(request);
        var prompt = _adapter.Prompts.FirstOrDefault(prompt => prompt.Definition.Name == request.Params.Name);
        try
        {
            if (prompt is null) throw new ToolInputException("name", "there is no such prompt.");
            IReadOnlyList<string> known = [.. prompt.Definition.Arguments?.Select(argument => argument.Name) ?? []];
            var result = await prompt.GetAsync(ToolArguments.Read(request.Params.Arguments, known), cancellationToken);
            call.End("success");
            return result;
        }
        catch (ToolInputException error)
        {
            call.End("failed", error.Message);
            throw new McpProtocolException(error.Message, McpErrorCode.InvalidParams);
        }
    }

    private static McpProtocolException Error(string message, int code, ServedCall call)
    {
        var error = new McpProtocolException(message, (McpErrorCode)code);
        error.Data["reason"] = message;
        error.Data["txn"] = call.Caller.Token.Transaction;
        if (code == MeshErrorCode.ServerUnavailable) error.Data["retryAfterMs"] = 1000;
        return error;
    }

    private bool MayRead<T>(RequestContext<T> request) => _authorization.VisibleTools(CallOf(request).Caller).Contains(_adapter.ReadTool);

    private static ServedCall CallOf<T>(RequestContext<T> request) => (ServedCall)request.Items[ServedCall.ItemKey]!;

    [LoggerMessage(Level = LogLevel.Error, Message = "A tool failed in transaction {Transaction}")]
    private partial void LogFailure(Exception error, string transaction);
}
