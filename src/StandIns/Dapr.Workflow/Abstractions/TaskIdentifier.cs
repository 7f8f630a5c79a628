namespace Dapr.Workflow.Abstractions;

/// <summary>The name under which a workflow or activity is registered.</summary>
public readonly record struct TaskIdentifier(string Name)
{
    /// <summary>From the name.</summary>
    public static implicit operator TaskIdentifier(string name) => new(name);

    /// <summary>To the name.</summary>
    public static implicit operator string(TaskIdentifier identifier) => identifier.Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
