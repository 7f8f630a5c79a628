namespace StandIns.Tests.Dapr;

/// <summary>One request as it arrived at the sidecar.</summary>
public sealed record ReceivedRequest(
    string Method, string Target, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Body);
