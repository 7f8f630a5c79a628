using System.Globalization;

namespace McpMesh.Grpc.Tests;

/// <summary>A response as it was on the wire.</summary>
internal sealed record RawAnswer(
    int HttpStatus, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Trailers, byte[] Body)
{
    public bool IsTrailersOnly => Headers.ContainsKey("grpc-status");

    public GrpcStatusCode? Status =>
        Headers.TryGetValue("grpc-status", out var text) || Trailers.TryGetValue("grpc-status", out text)
            ? (GrpcStatusCode)int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    public string Detail => Headers.GetValueOrDefault("grpc-message") ?? Trailers.GetValueOrDefault("grpc-message") ?? "";
}
