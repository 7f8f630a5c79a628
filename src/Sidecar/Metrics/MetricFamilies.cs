namespace McpMesh.Sidecar.Metrics;

/// <summary>The families, in daprd's words.</summary>
/// <param name="latency">Bounds of every latency, in milliseconds.</param>
internal sealed class MetricFamilies(double[] latency)
{
    private static readonly string[] Http = ["method", "path", "status"];
    private static readonly string[] Component = ["component", "namespace", "operation", "success"];
    private static readonly string[] Publish = ["component", "namespace", "success", "topic"];
    private static readonly string[] Delivery = ["component", "namespace", "process_status", "status", "topic"];
    private static readonly string[] Policy = ["policy", "namespace", "target"];

    public CounterFamily HttpServerRequests { get; } = new(
        "dapr_http_server_request_count", "Count of HTTP requests processed by the server.", Http);

    public HistogramFamily HttpServerLatency { get; } = new(
        "dapr_http_server_latency", "HTTP request end-to-end latency in server.", latency, Http);

    public CounterFamily HttpClientCompleted { get; } = new("dapr_http_client_completed_count", "Count of completed requests", Http);

    public HistogramFamily HttpClientLatency { get; } = new(
        "dapr_http_client_roundtrip_latency", "Time from the request to the answer of the app.", latency, Http);

    public CounterFamily HealthProbes { get; } = new(
        "dapr_http_healthprobes_completed_count", "Count of completed health probes", "status");

    public HistogramFamily HealthProbeLatency { get; } = new(
        "dapr_http_healthprobes_roundtrip_latency", "Time from the probe to its answer.", latency, "status");

    public CounterFamily InvocationsSent { get; } = new(
        "dapr_runtime_service_invocation_req_sent_total", "The number of requests sent via service invocation.", "dst_app_id", "type");

    public CounterFamily InvocationsReceived { get; } = new(
        "dapr_runtime_service_invocation_req_recv_total", "The number of requests received via service invocation.", "src_app_id");

    public CounterFamily InvocationReplies { get; } = new(
        "dapr_runtime_service_invocation_res_sent_total", "The number of responses sent via service invocation.", "dst_app_id", "status");

    public CounterFamily InvocationAnswers { get; } = new(
        "dapr_runtime_service_invocation_res_recv_total", "The number of responses received via service invocation.", "src_app_id",
        "status", "type");

    public HistogramFamily InvocationLatency { get; } = new(
        "dapr_runtime_service_invocation_res_recv_latency_ms", "The latency of service invocation response.", latency, "src_app_id",
        "status");

    public CounterFamily StateOperations { get; } = new(
        "dapr_component_state_count", "The number of operations performed on the state component.", Component);

    public HistogramFamily StateLatency { get; } = new(
        "dapr_component_state_latencies", "The latency of the response from the state component.", latency, Component);

    public CounterFamily SecretOperations { get; } = new(
        "dapr_component_secret_count", "The number of operations performed on the secret component.", Component);

    public HistogramFamily SecretLatency { get; } = new(
        "dapr_component_secret_latencies", "The latency of the response from the secret component.", latency, Component);

    public CounterFamily ConfigurationOperations { get; } = new(
        "dapr_component_configuration_count", "The number of operations performed on the configuration component.", Component);

    public HistogramFamily ConfigurationLatency { get; } = new(
        "dapr_component_configuration_latencies", "The latency of the response from the configuration component.", latency, Component);

    public CounterFamily Published { get; } = new(
        "dapr_component_pubsub_egress_count", "The number of outgoing messages published to the pub/sub component.", Publish);

    public HistogramFamily PublishLatency { get; } = new(
        "dapr_component_pubsub_egress_latencies", "The latency of the response from the pub/sub component.", latency, Publish);

    public CounterFamily PublishedBulk { get; } = new(
        "dapr_component_pubsub_egress_bulk_count", "The number of bulk publish calls.", Publish);

    public CounterFamily PublishedBulkEvents { get; } = new(
        "dapr_component_pubsub_egress_bulk_event_count", "The number of outgoing messages published in bulk.", Publish);

    public HistogramFamily BulkPublishLatency { get; } = new(
        "dapr_component_pubsub_egress_bulk_latencies", "The latency of the response to a bulk publish call.", latency, Publish);

    public CounterFamily Delivered { get; } = new(
        "dapr_component_pubsub_ingress_count", "The number of incoming messages arriving from the pub/sub component.", Delivery);

    public HistogramFamily DeliveryLatency { get; } = new(
        "dapr_component_pubsub_ingress_latencies", "The consuming app event processing latency.", latency, Delivery);

    public CounterFamily ComponentsLoaded { get; } = new(
        "dapr_runtime_component_loaded", "The number of successfully loaded components.");

    public CounterFamily ComponentsOpened { get; } = new(
        "dapr_runtime_component_init_total", "The number of initialized components.", "component");

    public CounterFamily ComponentsFailed { get; } = new(
        "dapr_runtime_component_init_fail_total", "The number of component initialization failures.", "component", "reason",
        "componentName");

    public CounterFamily ResiliencyLoaded { get; } = new(
        "dapr_resiliency_loaded", "Number of resiliency policies loaded.", "name", "namespace");

    public CounterFamily PolicyActivations { get; } = new(
        "dapr_resiliency_activations_total", "Number of times a policy has been activated after a failure or a state change.", Policy);

    public GaugeFamily CircuitState { get; } = new(
        "dapr_resiliency_cb_state", "A circuit breaker's state. 0 is closed, 1 is half-open, 2 is open.", Policy);

    public void Write(PrometheusText text)
    {
        foreach (var counter in (ReadOnlySpan<CounterFamily>)
                 [
                     HttpServerRequests, HttpClientCompleted, HealthProbes, InvocationsSent, InvocationsReceived, InvocationReplies,
                     InvocationAnswers, StateOperations, SecretOperations, ConfigurationOperations, Published, PublishedBulk,
                     PublishedBulkEvents, Delivered, ComponentsLoaded, ComponentsOpened, ComponentsFailed, ResiliencyLoaded,
                     PolicyActivations,
                 ])
        {
            text.Write(counter);
        }

        foreach (var histogram in (ReadOnlySpan<HistogramFamily>)
                 [
                     HttpServerLatency, HttpClientLatency, HealthProbeLatency, InvocationLatency, StateLatency, SecretLatency,
                     ConfigurationLatency, PublishLatency, BulkPublishLatency, DeliveryLatency,
                 ])
        {
            text.Write(histogram);
        }

        text.Write(CircuitState);
    }
}
