using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpMesh.Testing;

namespace McpMesh.Chaos;

/// <summary>Kills processes (SIGKILL) and pauses them past their leases (SIGSTOP), by the seed.</summary>
internal sealed class FaultInjector(RunningMesh mesh, Random random, FaultCount faults, TextWriter progress)
{
    // Whoever carries or keeps calls. The IdP stands for an outside party.
    private static readonly string[] Victims =
    [
        "gateway", "gateway", "gateway", "gateway-dapr-cli", "gateway-dapr-cli", "adapter-incidents", "adapter-incidents",
        "adapter-incidents-dapr-cli", "token-exchange", "token-exchange-dapr-cli", "audit", "audit-dapr-cli", "policy",
    ];

    // AppHost gives a process up that ends again and again within ten seconds of its start: it would not come back at all.
    private const int MostQuickKills = 5;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(12);
    private readonly Dictionary<string, (long At, int Quick)> _kills = [];

    public async Task RunAsync(CancellationToken stop)
    {
        var pauses = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(random.Next(300, 1800), stop).ContinueWith(_ => { }, TaskScheduler.Default);
            if (stop.IsCancellationRequested) break;
            var victim = Victims[random.Next(Victims.Length)];
            var pause = random.Next(5) == 0;
            var length = TimeSpan.FromMilliseconds(random.Next(1000, 8000));
            var choice = random.Next(int.MaxValue);
            if (Pick(victim, choice) is not { } target) continue;
            if (pause) pauses.Add(PauseAsync(target, length));
            else if (MayKill(target.Name)) Kill(target);
        }

        await Task.WhenAll(pauses);
    }

    private bool MayKill(string name)
    {
        var quick = _kills.TryGetValue(name, out var last) && Stopwatch.GetElapsedTime(last.At) < Settled ? last.Quick + 1 : 0;
        if (quick > MostQuickKills) return false;
        _kills[name] = (Stopwatch.GetTimestamp(), quick);
        return true;
    }

    private (string Name, int Pid)? Pick(string victim, int choice)
    {
        try
        {
            using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(mesh.Data, "endpoints.json")));
            var alive = run.RootElement.GetProperty("resources").EnumerateArray()
                .Where(resource => IsInstance(resource.GetProperty("name").GetString()!, victim)
                    && resource.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.Number)
                .Select(resource => (resource.GetProperty("name").GetString()!, resource.GetProperty("pid").GetInt32()))
                .ToArray();
            return alive.Length == 0 ? null : alive[choice % alive.Length];
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null; // it is being written
        }
    }

    private static bool IsInstance(string name, string victim) =>
        name == victim || (name.StartsWith(victim + "-", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(victim.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private void Kill((string Name, int Pid) target)
    {
        try
        {
            using var process = Process.GetProcessById(target.Pid);
            process.Kill();
            faults.Count("kill " + Kind(target.Name));
            progress.WriteLine($"kill {target.Name}");
        }
        catch (ArgumentException)
        {
            // It has just died by itself, or the one before.
        }
    }

    private async Task PauseAsync((string Name, int Pid) target, TimeSpan length)
    {
        if (!await SignalAsync("-STOP", target.Pid)) return;
        faults.Count("pause " + Kind(target.Name));
        progress.WriteLine($"pause {target.Name} for {length.TotalSeconds:0.0} s");
        await Task.Delay(length);
        await SignalAsync("-CONT", target.Pid);
    }

    private static async Task<bool> SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, pid.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }

    private static string Kind(string instance) => instance.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimEnd('-');
}
