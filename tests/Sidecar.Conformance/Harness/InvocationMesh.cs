using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>Two apps with their sidecars: one calls itself and the other, <c>orders</c>.</summary>
public sealed class InvocationMesh : SidecarFixture
{
    internal InvokedApp App { get; } = new();

    internal int AppPort { get; private set; }

    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override void WriteResources()
    {
        WriteConfiguration("config");
        // The port of the app is known only now.
        Folder.WriteResource("endpoint", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: HTTPEndpoint
            metadata: { name: elsewhere }
            spec:
              baseUrl: http://127.0.0.1:{{AppPort}}
              headers: [{ name: x-of-the-endpoint, value: configured }]
            """);
    }

    internal override async Task<TestApp?> StartAppAsync()
    {
        var app = Owned(await TestApp.StartAsync(App.HandleAsync));
        AppPort = app.Port;
        return app;
    }

    internal override Task StartOthersAsync(TestApp? app) => StartAsync("orders", app);
}
