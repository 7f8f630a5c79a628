using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Execution;

/// <summary>Turns a resource of the model into the command line and environment of one replica.</summary>
internal sealed class ReplicaEnvironment(
    DistributedApplicationExecutionContext executionContext, IConfiguration configuration, Assembly? appHostAssembly)
{
    // What the host was told about itself is not for its processes.
    private static readonly string[] HostOnly = ["ASPNETCORE_URLS", "DOTNET_URLS", "DOTNET_LAUNCH_PROFILE", "DOTNET_STARTUP_HOOKS"];

    public async Task<ProcessStartInfo> PrepareAsync(IResource resource, int replica, string replicaId, CancellationToken cancellationToken)
    {
        var start = Program(resource);
        var arguments = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, resource, cancellationToken));
        }

        foreach (var argument in arguments) start.ArgumentList.Add(await ResolveAsync(argument, resource, replica, cancellationToken));

        var variables = new Dictionary<string, object>();
        AddDefaults(variables, resource, replica, replicaId);
        var context = new EnvironmentCallbackContext(executionContext, resource, variables, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        foreach (var name in start.Environment.Keys.Where(
            name => HostOnly.Contains(name) || name.StartsWith("DAPR_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables) start.Environment[name] = await ResolveAsync(value, resource, replica, cancellationToken);
        return start;
    }

    private ProcessStartInfo Program(IResource resource)
    {
        if (resource is ExecutableResource executable)
        {
            return IsAssembly(executable.Command)
                ? new ProcessStartInfo(
                    DotnetHost.Command)
                { WorkingDirectory = executable.WorkingDirectory, ArgumentList = { "exec", executable.Command } }
                : new ProcessStartInfo(executable.Command) { WorkingDirectory = executable.WorkingDirectory };
        }

        var project = resource.Annotations.OfType<ProjectPathAnnotation>().LastOrDefault()
            ?? throw new DistributedApplicationException($"Resource '{resource.Name}' is not a process.");
        return new ProcessStartInfo(DotnetHost.Command)
        {
            WorkingDirectory = Path.GetDirectoryName(project.ProjectPath)!,
            ArgumentList = { "exec", ProjectAssemblies.Find(appHostAssembly, project.ProjectPath) },
        };
    }

    private void AddDefaults(Dictionary<string, object> variables, IResource resource, int replica, string replicaId)
    {
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={replicaId}";
        if (configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is { Length: > 0 } collector)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        }

        // Apphost executables look for the framework where an installation usually is; ours may be elsewhere.
        variables["DOTNET_ROOT"] = DotnetHost.Root;

        var urls = new List<string>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.ReplicaPorts[replica].ToString(CultureInfo.InvariantCulture);
            if (endpoint.TargetPortVariable is { } name) variables[name] = port;
            else if (endpoint.UriScheme is "http" or "https") urls.Add($"{endpoint.UriScheme}://{endpoint.TargetHost}:{port}");
        }

        if (resource is ProjectResource && urls.Count > 0) variables["ASPNETCORE_URLS"] = string.Join(';', urls);
    }

    private static async ValueTask<string> ResolveAsync(
        object value, IResource resource, int replica, CancellationToken cancellationToken) => value switch
        {
            PairedEndpointExpression paired => paired.ResolveForReplica(replica),
            EndpointReferenceExpression own when own.Endpoint.Resource == resource && own.Property == EndpointProperty.TargetPort =>
                own.ResolveForReplica(replica),
            IValueProvider provider => await provider.GetValueAsync(cancellationToken) ?? "",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    private static bool IsAssembly(string command) => command.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
}
