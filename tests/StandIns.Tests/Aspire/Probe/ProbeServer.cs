using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StandIns.Tests.Aspire.Probe;

/// <summary>A service that tells what it was started with, and can be asked to misbehave.</summary>
internal static class ProbeServer
{
    public static async Task RunAsync(string[] args, string? port = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (port is not null) builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        var healthy = Environment.GetEnvironmentVariable("PROBE_UNHEALTHY") is null;
        app.MapGet("/health", () => healthy ? Results.Ok() : Results.StatusCode(503));
        app.MapGet("/v1.0/healthz", () => Results.NoContent());
        app.MapPost("/recover", () => healthy = true);
        app.MapGet("/pid", () => Environment.ProcessId);
        app.MapGet("/args", () => args);
        app.MapGet("/environment", () => Environment.GetEnvironmentVariables());
        app.MapPost("/spawn", () => Process.Start("sleep", "600").Id);
        app.MapPost("/exit", () => Environment.Exit(3));

        using var ignored = Environment.GetEnvironmentVariable("PROBE_STUBBORN") is null
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        await app.StartAsync();
        Console.WriteLine($"pid {Environment.ProcessId} listens");
        await Console.Error.WriteLineAsync("an error line");
        if (ignored is null) await app.WaitForShutdownAsync();
        else await Task.Delay(Timeout.Infinite);
    }
}
