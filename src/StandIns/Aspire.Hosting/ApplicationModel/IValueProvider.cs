namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is known once the application starts.</summary>
public interface IValueProvider
{
    /// <summary>The value.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}
