using Microsoft.Extensions.Options;

namespace McpMesh.AuditSink;

/// <summary>Refuses a read token that could be guessed.</summary>
internal sealed class AuditSinkOptionsValidator : IValidateOptions<AuditSinkOptions>
{
    private const int ShortestToken = 16;

    public ValidateOptionsResult Validate(string? name, AuditSinkOptions options) =>
        options.ReadToken is { Length: < ShortestToken }
            ? ValidateOptionsResult.Fail($"MESH_AUDIT_TOKEN must have at least {ShortestToken} characters.")
            : ValidateOptionsResult.Success;
}
