using Aspire.Hosting;
using StandIns.Tests.Aspire.Probe;

// The test assembly as a program: a service, a sidecar, or an application host of two services.
switch (args)
{
    case ["serve", ..]:
        await ProbeServer.RunAsync(args);
        return 0;
    case ["run", ..]:
        await ProbeServer.RunAsync(args, Environment.GetCommandLineArgs().SkipWhile(arg => arg != "--dapr-http-port").ElementAt(1));
        return 0;
    case ["exit", var code]:
        return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
}

var builder = DistributedApplication.CreateBuilder(args);
if (builder.Configuration["services"] is not null)
{
    builder.AddProbe("first");
    builder.AddProbe("second").WithReplicas(2);
}

await using var application = builder.Build();
await application.RunAsync();
return 0;
