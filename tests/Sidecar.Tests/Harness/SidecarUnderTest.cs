using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>A started sidecar process.</summary>
internal sealed partial class SidecarUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _grpcPort = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SidecarUnderTest(Process process) => _process = process;

    public int ProcessId => _process.Id;

    public int Port => _port.Task.Result;

    public int GrpcPort => _grpcPort.Task.Result;

    public HttpClient Http { get; private set; } = null!;

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts a sidecar on a free port and waits until its API answers.</summary>
    public static async Task<SidecarUnderTest> StartAsync(
        TestFolder folder, string appId, TestApp? app = null, string[]? more = null, params (string Name, string Value)[] environment)
    {
        var (http, grpc) = (SidecarProgram.Port(), SidecarProgram.Port());
        string[] arguments =
        [
            "--app-id", appId, "--dapr-http-port", $"{http}", "--dapr-grpc-port", $"{grpc}", "--resources-path", folder.Components,
            .. SidecarProgram.Flags(), .. app is null ? [] : new[] { "--app-port", $"{app.Port}" },
            .. more ?? [],
        ];
        var sidecar = Launch(folder, arguments, environment);
        if (http > 0) sidecar._port.TrySetResult(http);
        if (grpc > 0) sidecar._grpcPort.TrySetResult(grpc);
        try
        {
            await sidecar._initialized.Task.WaitAsync(Patience);
            sidecar.Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, Expect100ContinueTimeout = Patience })
            {
                BaseAddress = new Uri($"http://127.0.0.1:{sidecar.Port}"),
                Timeout = Patience,
            };
            if (app is not null) await sidecar.WaitForAppAsync();
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a sidecar by its own flags and waits until it says that it runs; the test makes its own client.</summary>
    public static async Task<SidecarUnderTest> StartBareAsync(TestFolder folder, params string[] arguments)
    {
        var sidecar = Launch(folder, arguments, []);
        try
        {
            await sidecar._initialized.Task.WaitAsync(Patience);
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a sidecar that is expected to refuse; returns its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(TestFolder folder, params string[] arguments)
    {
        await using var sidecar = Launch(folder, arguments, []);
        await sidecar._process.WaitForExitAsync().WaitAsync(Patience);
        return (sidecar._process.ExitCode, sidecar.Log);
    }

    /// <summary>healthz turns 204 when the app accepts connections, and announces the instance to the others just before.</summary>
    public async Task WaitForAppAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            using var answer = await Http.GetAsync("/v1.0/healthz", limit.Token);
            if (answer.IsSuccessStatusCode) break;
            await timer.WaitForNextTickAsync(limit.Token);
        }

        await WaitForLogAsync("application discovered", limit.Token);
    }

    /// <summary>Ends when the app's subscriptions to all these topics are served.</summary>
    public async Task WaitForSubscriptionsAsync(params string[] topics)
    {
        using var limit = new CancellationTokenSource(Patience);
        foreach (var topic in topics) await WaitForLogAsync($"app is subscribed to {topic} of ", limit.Token);
    }

    /// <summary>Waits for a line that comes so often, as long as a test may.</summary>
    public async Task WaitForLogAsync(string text, int times = 1)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Regex.Count(Log, Regex.Escape(text)) < times) await timer.WaitForNextTickAsync(limit.Token);
    }

    public async Task WaitForLogAsync(string text, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!Log.Contains(text, StringComparison.Ordinal)) await timer.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>The end of the process; returns the exit code.</summary>
    public async Task<int> WaitForEndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>The status of <c>/v1.0/healthz</c>.</summary>
    public async Task<int> HealthAsync()
    {
        using var answer = await Http.GetAsync("/v1.0/healthz");
        return (int)answer.StatusCode;
    }

    /// <summary>The port that a line of the log names.</summary>
    public int PortAfter(string text)
    {
        var rest = Log[(Log.IndexOf(text, StringComparison.Ordinal) + text.Length)..];
        return int.Parse(Regex.Match(rest, @":(\d+)").Groups[1].Value, null);
    }

    /// <summary>STOP freezes the process, CONT lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public long WorkingSet()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static SidecarUnderTest Launch(TestFolder folder, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(SidecarProgram.Command[0], SidecarProgram.Command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Root,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in new[] { "DAPR_API_TOKEN", "APP_API_TOKEN", "APP_ID", "NAMESPACE", "MESH_DATA" })
            start.Environment.Remove(name);
        start.Environment["MESH_NAMES_CONNECTION"] = folder.File("names.db");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var sidecar = new SidecarUnderTest(process);
        process.OutputDataReceived += (_, line) => sidecar.Read(line.Data);
        process.ErrorDataReceived += (_, line) => sidecar.Read(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
            sidecar._initialized.TrySetException(new InvalidOperationException("the sidecar ended: " + sidecar.Log));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return sidecar;
    }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
        if (ListeningPort().Match(line) is { Success: true } match) _port.TrySetResult(int.Parse(match.Groups[1].Value, null));
        if (ListeningGrpcPort().Match(line) is { Success: true } grpc) _grpcPort.TrySetResult(int.Parse(grpc.Groups[1].Value, null));
        if (line.Contains("dapr initialized. Status: Running.", StringComparison.Ordinal)) _initialized.TrySetResult();
    }

    [GeneratedRegex(@"HTTP server is running on [^ ]+:(\d+),")]
    private static partial Regex ListeningPort();

    [GeneratedRegex(@"gRPC server is running on [^ ]+:(\d+)")]
    private static partial Regex ListeningGrpcPort();
}
