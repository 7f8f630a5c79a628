namespace Aspire.Hosting.ApplicationModel;

/// <summary>A property of a resource.</summary>
/// <param name="Name">Name, such as <c>executable.pid</c>.</param>
/// <param name="Value">Value.</param>
public sealed record ResourcePropertySnapshot(string Name, object? Value);
