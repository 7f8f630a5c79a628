namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback that sets arguments sees.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>The arguments: strings and value providers.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>The resource that gets the arguments.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Ends the preparation.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
