using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Aspire.Probe;

internal static class ProbeResourceExtensions
{
    public static string Assembly { get; } = typeof(ProbeResourceExtensions).Assembly.Location;

    /// <summary>Adds the probe service as a project.</summary>
    public static IResourceBuilder<ProjectResource> AddProbe(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddProject(name, "StandIns.Tests.csproj").WithArgs("serve").WithHttpEndpoint().WithHttpHealthCheck("/health");

    /// <summary>Adds a program that ends at once.</summary>
    public static IResourceBuilder<ExecutableResource> AddEnding(this IDistributedApplicationBuilder builder, string name, int exitCode) =>
        builder.AddExecutable(name, "/bin/sh", ".", "-c", $"exit {exitCode}");
}
