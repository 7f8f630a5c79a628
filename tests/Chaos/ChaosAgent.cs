using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.Chaos;

/// <summary>
/// An agent that makes one call after the other. A request whose stream breaks is issued anew under another id, as MCP 2026-07-28 says,
/// until it is answered; so is one that the mesh says may be sent again. Sometimes its own connection breaks.
/// </summary>
internal sealed class ChaosAgent(RunningMesh mesh, int number, long began, Random random, FaultCount faults) : IAsyncDisposable
{
    private const string Meta = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private AgentSession? _session;
    private long _nextId;

    public List<Operation> Operations { get; } = [];

    /// <summary>Transactions of the tokens it had: they lead to the audit records.</summary>
    public List<string> Transactions { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var operation = Next();
            Operations.Add(operation);
            try
            {
                await CarryOutAsync(operation);
            }
            catch (TimeoutException)
            {
                operation.Note("given up");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    private Operation Next()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"op-{number}-{Operations.Count}");
        return random.Next(8) switch
        {
            0 or 1 => Of("foreign.act", new { operation = id }),
            2 => Of("runbooks.chaos", new { title = id }),
            _ => Of("incidents.trigger", new { title = id, severity = "low", service = "chaos" }),
        };

        Operation Of(string tool, object arguments) =>
            new(id, tool) { Began = began, HasKey = random.Next(2) == 0, Arguments = JsonSerializer.SerializeToUtf8Bytes(arguments) };
    }

    private async Task CarryOutAsync(Operation operation)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            if (DateTimeOffset.UtcNow > until) throw new TimeoutException();
            try
            {
                var session = await SignInAsync(operation);
                if (await TryAsync(operation, session.AccessToken)) return;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                operation.Note("broken: " + broken.GetType().Name + " " + (broken as HttpRequestException)?.HttpRequestError);
            }

            await Task.Delay(Pause * (0.5 + Random.Shared.NextDouble()));
        }
    }

    private async Task<AgentSession> SignInAsync(Operation operation)
    {
        if (_session is not null) return _session;
        try
        {
            _session = await mesh.SignInAsync("sam", "sam-dev-password").WaitAsync(Patience);
        }
        catch (Exception failed) when (failed is not (HttpRequestException or IOException))
        {
            throw new HttpRequestException("no sign-in: " + failed.Message, failed);
        }

        Transactions.Add(TransactionOf(_session.AccessToken));
        operation.Note("signed in");
        return _session;
    }

    /// <summary>True when the operation has an answer that is final.</summary>
    private async Task<bool> TryAsync(Operation operation, string token)
    {
        // An answer may have left the gateway whole when its own agent breaks the connection: without a key nobody can tell, and the promise
        // is not made (docs/reliability.md).
        using var cut = new CancellationTokenSource();
        if (operation.HasKey && random.Next(10) == 0)
        {
            cut.CancelAfter(random.Next(50, 700));
            faults.Count("connection cut");
        }

        // A connection each: what a killed gateway does to others' requests on a shared one is not the question.
        using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = Patience };
        operation.Attempts++;
        var id = ++_nextId;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(mesh.Gateway, "/mcp"))
        {
            Content = new StringContent(Message(operation, id), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", operation.Tool);
        if (operation.HasKey) request.Headers.Add("Idempotency-Key", operation.Id);
        operation.Note($"sent as {id}");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cut.Token);
        var body = await response.Content.ReadAsStringAsync(cut.Token);
        var status = (int)response.StatusCode;
        if (status == 401)
        {
            operation.Note("token is over");
            await DisposeAsync();
            _session = null;
            return false;
        }

        return Read(operation, status, body);
    }

    private static string Message(Operation operation, long id) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"{operation.Tool}\","
        + $"\"arguments\":{Encoding.UTF8.GetString(operation.Arguments)},{Meta}}}}}";

    private static bool Read(Operation operation, int status, string body)
    {
        var at = body.LastIndexOf("data:", StringComparison.Ordinal);
        using var message = Parse(body.StartsWith('{') ? body : at >= 0 ? body[(at + 5)..] : "");
        if (message is null)
        {
            operation.Note($"no answer in HTTP {status}");
            return false;
        }

        if (message.RootElement.TryGetProperty("result", out var result))
        {
            operation.Result = result.GetProperty("content")[0].GetProperty("text").GetString();
            var isError = result.TryGetProperty("isError", out var flag) && flag.GetBoolean();
            operation.End = isError ? OperationEnd.Refused : OperationEnd.Acknowledged;
            operation.Note((isError ? "tool error: " : "result: ") + operation.Result);
            return true;
        }

        var error = message.RootElement.GetProperty("error");
        var code = error.GetProperty("code").GetInt32();
        operation.Note($"error {code} in HTTP {status}: {error.GetProperty("message").GetString()}");
        // The mesh says of these that nothing was begun, and when to come back.
        if (status >= 500 || (error.TryGetProperty("data", out var data) && data.TryGetProperty("retryAfterMs", out _))) return false;
        operation.End = code == 4091 ? OperationEnd.OutcomeUnknown : OperationEnd.Refused;
        return true;
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TransactionOf(string token)
    {
        var payload = System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]);
        using var claims = JsonDocument.Parse(payload);
        return claims.RootElement.GetProperty("txn").GetString()!;
    }
}
