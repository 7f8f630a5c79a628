using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost.Dapr;

/// <summary>What the mesh needs of a daprd, asked of the program itself before anything starts.</summary>
internal static partial class DaprRequirements
{
    // Before it, daprd holds an answer back until it is whole: an MCP stream through invocation never arrives.
    private static readonly Version StreamsInvocation = new(1, 17, 3);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    // An MCP request carries a token in its head: 4 KiB, daprd's default, are not enough. Workflows are timed by the scheduler.
    private static readonly (string Flag, string Why)[] Flags =
    [
        ("--read-buffer-size", "requests that carry tokens need a larger read buffer"),
        ("--max-body-size", "the mesh takes bodies of 16 MiB"),
        ("--scheduler-host-address", "workflows need the scheduler"),
    ];

    /// <param name="runtime">The installed runtime.</param>
    /// <param name="redis">Host and port of the broker in <c>components/redis</c>.</param>
    /// <exception cref="MeshStartException">One line that lists everything that is missing.</exception>
    public static void ThrowIfUnmet(DaprRuntime runtime, (string Host, int Port) redis)
    {
        List<string> missing = [];
        var version = Ask(runtime.Daprd, "--version");
        if (VersionNumber().Match(version) is not { Success: true } number)
            missing.Add($"'{runtime.Daprd} --version' tells no version");
        else if (Version.Parse(number.Value) < StreamsInvocation)
            missing.Add($"daprd {number.Value} does not stream service invocation; {StreamsInvocation} does");
        var help = Ask(runtime.Daprd, "--help");
        missing.AddRange(Flags.Where(flag => !help.Contains(flag.Flag, StringComparison.Ordinal))
            .Select(flag => $"daprd has no {flag.Flag} ({flag.Why})"));
        if (!Answers(redis.Host, redis.Port))
            missing.Add($"no Redis at {redis.Host}:{redis.Port}, where components/redis keeps state and messages");
        if (missing.Count > 0) throw new MeshStartException($"--sidecar daprd: {string.Join("; ", missing)}.");
    }

    private static string Ask(string program, string question)
    {
        var start = new ProcessStartInfo(program, question) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var answer = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (answer.Wait(LongestAnswer)) return string.Concat(answer.Result);
            process.Kill(entireProcessTree: true);
            throw new MeshStartException($"--sidecar daprd: '{program} {question}' did not end within {LongestAnswer.TotalSeconds:0} s.");
        }
        catch (Win32Exception failure)
        {
            throw new MeshStartException($"--sidecar daprd: '{program}' cannot be run: {failure.Message}.");
        }
    }

    private static bool Answers(string host, int port)
    {
        using var probe = new TcpClient();
        try
        {
            return probe.ConnectAsync(host, port).Wait(LongestAnswer);
        }
        catch (AggregateException failure) when (failure.InnerException is SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
