namespace McpMesh.Sidecar.Hosting;

/// <summary>What <c>dapr run</c> has and daprd has not.</summary>
internal static class CliFlags
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["-p"] = "app-port",
        ["-a"] = "app-id",
        ["-c"] = "config",
        ["-H"] = "dapr-http-port",
        ["-G"] = "dapr-grpc-port",
        ["-I"] = "dapr-internal-grpc-port",
        ["-P"] = "app-protocol",
        ["-d"] = "components-path",
        ["-M"] = "metrics-port",
        ["-u"] = "unix-domain-socket",
        ["-f"] = "run-file",
        ["-k"] = "kubernetes",
    };

    /// <summary>The long form of a one-letter flag.</summary>
    public static string Expand(string argument)
    {
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        var flag = end < 0 ? argument : argument[..end];
        return Short.TryGetValue(flag, out var name) ? $"--{name}{argument[flag.Length..]}" : argument;
    }

    /// <exception cref="StartupException">It asks for something that only the Dapr CLI does.</exception>
    public static void Refuse(string name)
    {
        if (name == "run-file")
            throw new StartupException("--run-file: this sidecar runs one app's sidecar; \"dapr run -f\" of the Dapr CLI runs a file");
        if (name == "kubernetes") throw new StartupException("--kubernetes: this sidecar runs on this machine only");
    }
}
