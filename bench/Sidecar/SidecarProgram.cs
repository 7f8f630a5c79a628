using System.Globalization;
using System.Reflection;

namespace McpMesh.Bench.Sidecar;

/// <summary>The sidecar that the AppHost of this build runs.</summary>
internal static class SidecarProgram
{
    public static Task<MeasuredProcess> StartAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        var sidecar = typeof(global::Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(entry => entry.Key == "McpMesh.Sidecar").Value!;
        string[] ports = arguments.Contains("--dapr-grpc-port") ? [] : ["--dapr-grpc-port", "0"];
        return MeasuredProcess.StartAsync(
            sidecar,
            port => ["--dapr-http-port", port.ToString(CultureInfo.InvariantCulture), "--log-level", "warn", .. ports, .. arguments],
            "/v1.0/healthz", folder, cancellationToken);
    }
}
