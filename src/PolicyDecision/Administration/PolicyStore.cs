using McpMesh.Policy;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>The version in force, and what is wrong with the newest configuration, if anything.</summary>
internal sealed class PolicyStore(TimeProvider time)
{
    private volatile PolicyVersion? _current;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _lastError;

    /// <summary>Null until the first good configuration was read.</summary>
    public PolicyVersion? Current => _current;

    /// <summary>Why the newest content of the configuration is not in force; null when it is.</summary>
    public string? LastError => _lastError;

    /// <summary>Puts a policy in force.</summary>
    /// <returns>True when it differs from the one before.</returns>
    /// <exception cref="PolicyException">The policy cannot be compiled; the one before stays in force.</exception>
    public bool Accept(PolicyDocument document)
    {
        var engine = PolicyEngine.Compile(document);
        _lastError = null;
        if (_current?.Digest == engine.Digest)
            return false;

        _current = new PolicyVersion(engine, PolicyDocumentJson.Serialize(document), time.GetUtcNow());
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return true;
    }

    /// <summary>
    /// Completes once a version other than <paramref name="entityTag"/> is in force, or <paramref name="wait"/> has passed.
    /// </summary>
    public async Task WaitForOtherThanAsync(string entityTag, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Taken before the comparison: a version accepted between the two completes it.
        var changed = _changed.Task;
        if (_current?.EntityTag != entityTag) return;
        await Task.WhenAny(changed, Task.Delay(wait, time, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Keeps the version in force and remembers why there is no newer one.</summary>
    public void Reject(string error) => _lastError = error;
}
