using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Invocation;

/// <summary>One invocation on its way: what is asked, and what becomes of an answer.</summary>
/// <param name="UnderPolicy">Whether an answer other than 2xx and 3xx is a failure that a policy judges.</param>
internal sealed record Exchange(HttpContext Context, MethodPath Path, InvocationBody Body, bool UnderPolicy)
{
    private const int LargestKeptAnswer = 4 << 20;

    /// <summary>From now on there is no other answer.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Sends the answer back, and disposes of it.</summary>
    /// <exception cref="FailedAttemptException">Under a policy: the answer tells of a failure, or it broke off.</exception>
    public async Task RelayAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var isFailure = UnderPolicy && status is < 200 or > 399;
        if (isFailure && !Body.IsStream && response.Content.Headers.ContentLength is null or <= LargestKeptAnswer)
            throw await KeepAsync(response, status, cancellationToken);

        IsAnswered = true;
        bool whole;
        using (response) whole = await ResponseRelay.CopyAsync(response, Context, cancellationToken);
        if (!UnderPolicy)
        {
            if (!whole) Context.Abort();
            return;
        }

        if (!whole) throw new FailedAttemptException("the answer broke off", null) { IsFinal = true };
        if (isFailure) throw new FailedAttemptException($"the app answered {status}", status) { IsFinal = true };
    }

    private static async Task<FailedAttemptException> KeepAsync(
        HttpResponseMessage response, int status, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestKeptAnswer, cancellationToken);
            return new UnwantedAnswerException(response, status);
        }
        catch (HttpRequestException error)
        {
            response.Dispose();
            return new FailedAttemptException($"the answer broke off: {error.Message}", null, error);
        }
    }
}
