using Microsoft.Extensions.Options;

namespace McpMesh.Audit.Publishing;

/// <summary>Refuses to start with limits under which nothing could be published.</summary>
internal sealed class AuditPublisherOptionsValidator : IValidateOptions<AuditPublisherOptions>
{
    /// <summary>The largest record with what a message puts around it.</summary>
    private const int SmallestMessage = RecordWriter.MaxBytes + 1024;

    /// <summary>A sidecar takes bodies of 4 MiB unless it is told otherwise.</summary>
    private const int LargestMessage = 4 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, AuditPublisherOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.PubSubName)) errors.Add("PubSubName must not be empty.");
        if (string.IsNullOrWhiteSpace(options.Topic)) errors.Add("Topic must not be empty.");
        if (options.Timeout <= TimeSpan.Zero) errors.Add("Timeout must be positive.");
        if (options.MaxMessageBytes is < SmallestMessage or > LargestMessage)
            errors.Add($"MaxMessageBytes must be between {SmallestMessage} and {LargestMessage}.");
        if (options.MaxConcurrentPublishes is < 1 or > 16) errors.Add("MaxConcurrentPublishes must be between 1 and 16.");
        if (options.GatherTime < TimeSpan.Zero || options.GatherTime >= options.Timeout)
            errors.Add("GatherTime must not be negative and must be less than Timeout.");
        if (options.MaxQueuedBytes < 1) errors.Add("MaxQueuedBytes must be positive.");
        if (options.MaxRelaxedBytes < 1) errors.Add("MaxRelaxedBytes must be positive.");
        if (options.FirstRetryDelay <= TimeSpan.Zero) errors.Add("FirstRetryDelay must be positive.");
        if (options.LongestRetryDelay < options.FirstRetryDelay) errors.Add("LongestRetryDelay must be at least FirstRetryDelay.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
