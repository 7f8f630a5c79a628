using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Worker;

/// <summary>The connection to the sidecar that worker and client share.</summary>
internal sealed class SidecarChannel : IDisposable
{
    private const string ApiTokenHeader = "dapr-api-token";

    public SidecarChannel(IConfiguration? configuration, IOptions<MessageSizeLimits> limits)
    {
        var headers = new GrpcMetadata();
        var token = DaprDefaults.GetDefaultDaprApiToken(configuration);
        if (token.Length > 0) headers.Add(ApiTokenHeader, token);
        Grpc = new GrpcChannel(new Uri(DaprDefaults.GetDefaultGrpcEndpoint(configuration)), new GrpcChannelOptions
        {
            Headers = headers,
            MaxReceiveMessageSize = limits.Value.Receive ?? GrpcChannelOptions.DefaultMessageSize,
            MaxSendMessageSize = limits.Value.Send ?? GrpcChannelOptions.DefaultMessageSize,
        });
    }

    public GrpcChannel Grpc { get; }

    public void Dispose() => Grpc.Dispose();
}
