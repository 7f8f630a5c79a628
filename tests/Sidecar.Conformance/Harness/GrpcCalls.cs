using Google.Protobuf;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>Calls with a limit that only a hang reaches.</summary>
internal static class GrpcCalls
{
    private static readonly GrpcCallOptions s_patience = new() { Deadline = TimeSpan.FromSeconds(90) };

    public static Task<TResponse> AskAsync<TRequest, TResponse>(
        this GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TRequest request, params (string Name, string Value)[] headers)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var metadata = new GrpcMetadata();
        foreach (var (name, value) in headers) metadata.Add(name, value);
        return channel.CallAsync(method, request, s_patience with { Headers = metadata });
    }

    /// <summary>The call ends with this status and message.</summary>
    /// <param name="message">As for <see cref="HttpAnswer.IsError"/>.</param>
    public static async Task RefusesAsync<TRequest, TResponse>(
        this GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcStatusCode code, string message)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.AskAsync(method, request));
        Assert.True(code == error.Code, $"expected {code}, not {error.Message}");
        Text.Matches(message, error.Detail);
    }
}
