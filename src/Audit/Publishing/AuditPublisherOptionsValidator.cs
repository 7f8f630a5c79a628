using Microsoft.Extensions.Options;

namespace McpMesh.Audit.Publishing;

/// <summary>Refuses to start with limits under which nothing could be published.</summary>
internal sealed class AuditPublisherOptionsValidator : IValidateOptions<AuditPublisherOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditPublisherOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.PubSubName)) errors.Add("PubSubName must not be empty.");
        if (string.IsNullOrWhiteSpace(options.Topic)) errors.Add("Topic must not be empty.");
        if (options.Timeout <= TimeSpan.Zero) errors.Add("Timeout must be positive.");
        if (options.MaxBatchSize is < 1 or > 1024) errors.Add("MaxBatchSize must be between 1 and 1024.");
        if (options.MaxConcurrentPublishes is < 1 or > 16) errors.Add("MaxConcurrentPublishes must be between 1 and 16.");
        if (options.QueueCapacity < options.MaxBatchSize) errors.Add("QueueCapacity must be at least MaxBatchSize.");
        if (options.RelaxedCapacity < 1) errors.Add("RelaxedCapacity must be positive.");
        if (options.FirstRetryDelay <= TimeSpan.Zero) errors.Add("FirstRetryDelay must be positive.");
        if (options.LongestRetryDelay < options.FirstRetryDelay) errors.Add("LongestRetryDelay must be at least FirstRetryDelay.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
