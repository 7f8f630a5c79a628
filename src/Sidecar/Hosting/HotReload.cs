using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// Brings changed resource files into effect: components, Resiliency, HTTPEndpoint and Subscription. What is broken keeps what it was, and says so once.
/// </summary>
internal sealed partial class HotReload(
    SidecarOptions options, ResourceFolder folder, MeshResources initial, ComponentDenyList denied, LoadedComponents components,
    ResiliencyPolicies policies, ExternalInvocation external, SubscriptionRuntime subscriptions, ILogger logger)
{
    private string _resiliency = initial.ContentOf("Resiliency");
    private string _endpoints = initial.ContentOf("HTTPEndpoint");
    private string _subscriptions = initial.ContentOf("Subscription");
    private HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Applies one change after the other until <paramref name="stop"/>.</summary>
    public async Task RunAsync(ResourceWatch watch, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await watch.WhenChangedAsync(stop);
                await ApplyAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    /// <summary>What one file must be, whatever the others say.</summary>
    /// <exception cref="StartupException">A resource breaks a rule.</exception>
    public static void Check(MeshResources file, string appId)
    {
        _ = ComponentReader.Read(file.Of("Component"));
        ResiliencyReader.Check(file.Of("Resiliency"), appId);
        HttpEndpointReader.Check(file.Of("HTTPEndpoint"));
        _ = SubscriptionReader.Read(file.Of("Subscription"), appId);
    }

    private async Task ApplyAsync()
    {
        var resources = folder.Read(out var problems);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var problem in problems) Tell(problem.Message, told);
        try
        {
            var declarations = ComponentReader.Read(resources.Of("Component"));
            foreach (var problem in await components.ApplyAsync([.. declarations.Where(declaration => !denied.Denies(declaration))]))
                Tell(problem, told);
        }
        catch (StartupException error)
        {
            Tell(error.Message, told); // two components of one name: nobody knows which is meant
        }

        ApplyResiliency(resources, told);
        ApplyEndpoints(resources, told);
        await ApplySubscriptionsAsync(resources, told);
        _told = told;
    }

    private void ApplyResiliency(MeshResources resources, HashSet<string> told)
    {
        var content = resources.ContentOf("Resiliency");
        if (content == _resiliency) return;
        try
        {
            policies.Replace(ResiliencyReader.Read(resources.Of("Resiliency"), options.AppId, what => Tell(what, told)));
            _resiliency = content;
            Applied(logger, "Resiliency", string.Join(", ", policies.Names));
        }
        catch (StartupException error)
        {
            Tell(error.Message, told);
        }
    }

    private async Task ApplySubscriptionsAsync(MeshResources resources, HashSet<string> told)
    {
        var content = resources.ContentOf("Subscription");
        if (content == _subscriptions) return;
        try
        {
            var declared = SubscriptionReader.Read(resources.Of("Subscription"), options.AppId);
            await subscriptions.ReplaceDeclaredAsync(declared);
            _subscriptions = content;
            Applied(logger, "Subscription", string.Join(", ", declared.Select(subscription => subscription.Topic)));
        }
        catch (StartupException error)
        {
            Tell(error.Message, told);
        }
    }

    private void ApplyEndpoints(MeshResources resources, HashSet<string> told)
    {
        var content = resources.ContentOf("HTTPEndpoint");
        if (content == _endpoints) return;
        try
        {
            external.Replace(new HttpEndpointReader(options.AppId, components.Resolver).Read(resources.Of("HTTPEndpoint")));
            _endpoints = content;
            Applied(logger, "HTTPEndpoint", string.Join(", ", external.Names));
        }
        catch (StartupException error)
        {
            Tell(error.Message, told);
        }
    }

    private void Tell(string problem, HashSet<string> told)
    {
        if (told.Add(problem) && !_told.Contains(problem)) Kept(logger, problem);
    }

    [LoggerMessage(80, LogLevel.Error, "hot reload: what it was before stays in effect: {Problem}")]
    private static partial void Kept(ILogger logger, string problem);

    [LoggerMessage(81, LogLevel.Information, "hot reload: {Kind} in effect: {Names}")]
    private static partial void Applied(ILogger logger, string kind, string names);
}
