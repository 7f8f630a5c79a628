using System.Collections.Immutable;

namespace McpMesh.Identity;

/// <summary>
/// Who acted on behalf of the subject, newest first: the nested <c>act</c> claim of RFC 8693 section 4.1 as a list.
/// A chain deeper than <see cref="MaxDepth"/> is refused where a token is minted and where it is checked; it is never cut.
/// </summary>
/// <param name="Actors">Subject identifiers, newest (outermost <c>act</c>) first.</param>
public sealed record ActorChain(ImmutableArray<string> Actors)
{
    /// <summary>The deepest chain that any token may carry.</summary>
    public const int MaxDepth = 8;

    /// <summary>The chain of a subject that acts for itself.</summary>
    public static ActorChain None { get; } = new(ImmutableArray<string>.Empty);

    /// <summary>
    /// Number of actors; also the number of the hop that a token with this chain is presented on (agent to gateway is hop 1).
    /// </summary>
    public int Depth => Actors.Length;

    /// <summary>The chain with one more, newest actor in front.</summary>
    /// <exception cref="InvalidOperationException">The chain is already <see cref="MaxDepth"/> deep.</exception>
    public ActorChain Add(string actor) => Depth >= MaxDepth
        ? throw new InvalidOperationException($"The actor chain is {MaxDepth} deep; a further actor would exceed the limit.")
        : new(Actors.Insert(0, actor));

    /// <inheritdoc/>
    public bool Equals(ActorChain? other) => other is not null && Actors.SequenceEqual(other.Actors, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var actor in Actors) hash.Add(actor, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <summary>The actors from the newest to the oldest, separated by <c> &lt; </c>.</summary>
    public override string ToString() => string.Join(" < ", Actors);
}
