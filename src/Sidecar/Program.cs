using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Metadata;
using McpMesh.Sqlite;

if (args is ["--help" or "-h" or "help"] or ["run", "--help" or "-h"])
{
    Console.WriteLine(SidecarHelp.Text);
    return 0;
}

if (args is ["--version" or "-version" or "--build-info"])
{
    Console.WriteLine($"{MetadataApi.RuntimeVersion} (McpMesh embedded sidecar)");
    return 0;
}

try
{
    var options = SidecarFlags.Parse(args, Environment.GetEnvironmentVariable);
    SystemSqlite.Use();
    using var log = new DaprLog(options.AppId, options.LogAsJson);
    using var loggers = new LoggerFactory([log], new LoggerFilterOptions
    {
        MinLevel = options.LogLevel,
        Rules = { new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null) },
    });
    using var sidecar = new SidecarProcess(options, loggers, TimeProvider.System);
    await sidecar.RunAsync();
    return 0;
}
catch (StartupException error)
{
    await Console.Error.WriteLineAsync("fatal: " + error.Message);
    return 1;
}
