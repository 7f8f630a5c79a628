using System.Globalization;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Metrics;

/// <summary>
/// What this sidecar counts, under daprd's names. Each method is one event; with metrics off it does nothing, and it never allocates once
/// its series exists.
/// </summary>
internal sealed class SidecarMetrics
{
    /// <summary>Counts nothing.</summary>
    public static readonly SidecarMetrics Off = new("", "", MetricsConfiguration.Default with { Enabled = false });

    private static readonly string?[] StatusTexts = new string[600];
    private readonly string _namespace;
    private readonly bool _excludesVerbs;

    public SidecarMetrics(string appId, string daprNamespace, MetricsConfiguration configuration)
    {
        AppId = appId;
        _namespace = daprNamespace;
        _excludesVerbs = configuration.ExcludeVerbs;
        IsOn = configuration.Enabled;
        Families = new MetricFamilies(configuration.LatencyBuckets is { } buckets ? [.. buckets] : HistogramFamily.DefaultBounds);
    }

    public string AppId { get; }

    public bool IsOn { get; }

    public MetricFamilies Families { get; }

    /// <summary>A request of this sidecar's HTTP API was answered.</summary>
    public void HttpServed(string method, int status, double milliseconds)
    {
        if (!IsOn) return;
        var labels = new Labels(Verb(method), "", Status(status));
        Families.HttpServerRequests.Increment(labels);
        Families.HttpServerLatency.Record(labels, milliseconds);
    }

    /// <summary>The app answered a request that this sidecar made.</summary>
    public void AppAnswered(string method, int status, double milliseconds)
    {
        if (!IsOn) return;
        var labels = new Labels(Verb(method), "", Status(status));
        Families.HttpClientCompleted.Increment(labels);
        Families.HttpClientLatency.Record(labels, milliseconds);
    }

    public void HealthProbed(int status, double milliseconds)
    {
        if (!IsOn) return;
        Families.HealthProbes.Increment(new Labels(Status(status)));
        Families.HealthProbeLatency.Record(new Labels(Status(status)), milliseconds);
    }

    /// <summary>A call went to the sidecar of another app.</summary>
    public void InvocationSent(string callee)
    {
        if (IsOn) Families.InvocationsSent.Increment(new Labels(callee, "unary"));
    }

    public void InvocationAnswered(string callee, int status, double milliseconds)
    {
        if (!IsOn) return;
        Families.InvocationAnswers.Increment(new Labels(callee, Status(status), "unary"));
        Families.InvocationLatency.Record(new Labels(callee, Status(status)), milliseconds);
    }

    /// <summary>A call came from the sidecar of another app.</summary>
    public void InvocationReceived(string caller)
    {
        if (IsOn) Families.InvocationsReceived.Increment(new Labels(caller));
    }

    public void InvocationReplied(string caller, int status)
    {
        if (IsOn) Families.InvocationReplies.Increment(new Labels(caller, Status(status)));
    }

    public void StateUsed(string component, string operation, bool succeeded, double milliseconds) =>
        Used(Families.StateOperations, Families.StateLatency, new Labels(component, _namespace, operation, Truth(succeeded)), milliseconds);

    public void SecretsUsed(string component, string operation, bool succeeded, double milliseconds) => Used(
        Families.SecretOperations, Families.SecretLatency, new Labels(component, _namespace, operation, Truth(succeeded)), milliseconds);

    public void ConfigurationUsed(string component, string operation, bool succeeded, double milliseconds) => Used(
        Families.ConfigurationOperations, Families.ConfigurationLatency, new Labels(component, _namespace, operation, Truth(succeeded)),
        milliseconds);

    public void Published(string component, string topic, bool succeeded, double milliseconds) =>
        Used(Families.Published, Families.PublishLatency, new Labels(component, _namespace, Truth(succeeded), topic), milliseconds);

    /// <param name="events">How many were accepted.</param>
    public void PublishedBulk(string component, string topic, bool succeeded, int events, double milliseconds)
    {
        if (!IsOn) return;
        var labels = new Labels(component, _namespace, Truth(succeeded), topic);
        Used(Families.PublishedBulk, Families.BulkPublishLatency, labels, milliseconds);
        if (events > 0) Families.PublishedBulkEvents.Increment(labels, events);
    }

    /// <param name="outcome"><c>success</c>, <c>retry</c> or <c>drop</c>.</param>
    public void Delivered(string component, string topic, string outcome, double milliseconds) =>
        Used(Families.Delivered, Families.DeliveryLatency, new Labels(component, _namespace, outcome, outcome, topic), milliseconds);

    public void ComponentLoaded(string type)
    {
        if (!IsOn) return;
        Families.ComponentsLoaded.Increment(default);
        Families.ComponentsOpened.Increment(new Labels(type));
    }

    public void ComponentFailed(string type, string name)
    {
        if (IsOn) Families.ComponentsFailed.Increment(new Labels(type, "init", name));
    }

    public void ResiliencyLoaded(string name)
    {
        if (IsOn) Families.ResiliencyLoaded.Increment(new Labels(name, _namespace));
    }

    /// <param name="policy"><c>retry</c>, <c>timeout</c> or <c>circuitbreaker</c>.</param>
    public void PolicyActivated(string policy, string target)
    {
        if (IsOn) Families.PolicyActivations.Increment(new Labels(policy, _namespace, target));
    }

    /// <param name="state">0 closed, 1 half open, 2 open.</param>
    public void CircuitIs(string target, int state)
    {
        if (IsOn) Families.CircuitState.Set(new Labels("circuitbreaker", _namespace, target), state);
    }

    private void Used(CounterFamily count, HistogramFamily latency, Labels labels, double milliseconds)
    {
        if (!IsOn) return;
        count.Increment(labels);
        latency.Record(labels, milliseconds);
    }

    private string Verb(string method) => _excludesVerbs ? "" : method switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" or "CONNECT" or "TRACE" => method,
        _ => "UNKNOWN",
    };

    private static string Status(int status) =>
        status is < 0 or >= 600 ? "0" : StatusTexts[status] ??= status.ToString(CultureInfo.InvariantCulture);

    private static string Truth(bool value) => value ? "true" : "false";
}
