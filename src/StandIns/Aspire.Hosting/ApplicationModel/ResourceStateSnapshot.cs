using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A state by name.</summary>
/// <param name="Text">Name of the state.</param>
/// <param name="Style">How it is shown.</param>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state without a style.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new(text, null);
}
