namespace McpMesh.Sidecar.Hosting;

internal static class SidecarHelp
{
    public const string Text = """
        McpMesh.Sidecar: the embedded sidecar, with the flags of daprd; after the word "run", with those of "dapr run".

          --app-id X                         required
          --app-port N                       where the app listens (none: a process that only calls)
          --app-protocol http|https|h2c      default http
          --app-channel-address A            default 127.0.0.1
          --app-max-concurrency N            default -1, no limit
          --enable-app-health-check          with --app-health-check-path /healthz --app-health-probe-interval 5 (s)
                                             --app-health-probe-timeout 500 (ms) --app-health-threshold 3
          --dapr-http-port N                 default 3500; 0 takes a free port
          --dapr-grpc-port N                 default 50001; 0 takes a free port
          --dapr-internal-grpc-port N        port for other sidecars (spoken in HTTP), default free
          --dapr-listen-addresses A[,B]      default 127.0.0.1
          --dapr-public-port N               metadata and health only; --dapr-public-listen-address A, default 127.0.0.1
          --unix-domain-socket D             dapr-<app id>-http.socket and -grpc.socket in D instead of the two API ports
          --allowed-origins O[,P]            CORS, default none; * for all
          --resources-path D                 repeatable; folder of component files, read again when it changes
          --hot-reload-reconcile-interval 60s
          --config F                         repeatable; Configuration file
          --max-body-size 4Mi  --read-buffer-size 4Ki
          --disable-init-endpoints subscribe the app is not asked for its subscriptions
          --enable-metrics=false             no metrics; --metrics-port N, default free; --metrics-listen-address A
          --dapr-graceful-shutdown-seconds 5
          --dapr-block-shutdown-duration 30s how long the API goes on after a signal, unless the app is unhealthy
          --log-level info   --log-as-json   --version

        Environment: DAPR_API_TOKEN, APP_API_TOKEN, NAMESPACE, DAPR_HOST_IP, MESH_NAMES_CONNECTION (default $MESH_DATA/names.db).
        Accepted without effect: profiling, placement, scheduler and Sentry flags.
        """;
}
