using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Invocation;

/// <summary>An attempt that the app answered with a status which is a failure. The last one's answer is the caller's after all.</summary>
/// <param name="answer">Read to its end.</param>
internal sealed class UnwantedAnswerException(HttpResponseMessage answer, int status)
    : FailedAttemptException($"received non-successful status code in response: {status}", status)
{
    public HttpResponseMessage Answer { get; } = answer;
}
