using System.Collections.Frozen;
using System.Collections.Immutable;

namespace McpMesh.Policy.Rights;

/// <summary>The most that each actor may do for anybody. An actor that is not listed may do nothing.</summary>
internal sealed class ActorTable(PolicyDocument document, MethodTable methods, string digest)
{
    private const int LongestShown = 64;

    private readonly FrozenDictionary<string, ActorRights> _actors = document.Actors.ToFrozenDictionary(
        actor => actor.Key,
        actor => new ActorRights(actor.Key, methods.CoveredBy(actor.Value), methods, digest),
        StringComparer.Ordinal);

    /// <summary>The denial by the first actor of the chain that may not use the method; null when all may.</summary>
    public Decision? FindDenial(ImmutableArray<string> chain, int method)
    {
        foreach (var id in chain.AsSpan())
        {
            if (!_actors.TryGetValue(id, out var actor))
                return DenyUnlisted(id);

            if (actor.FindDenial(method) is { } denial)
                return denial;
        }

        return null;
    }

    private Decision DenyUnlisted(string id)
    {
        // The id came in with a token, so it is shown only bounded and printable.
        var shown = string.Concat((id.Length <= LongestShown ? id : id[..LongestShown])
            .Select(c => char.IsAsciiLetterOrDigit(c) || "-._~:/".Contains(c) ? c : '?'));
        return new Decision
        {
            Kind = PolicyDecisionKind.Deny,
            Rule = $"actor:{shown}",
            Reason = $"Actor {shown} is not known to the policy.",
            PolicyDigest = digest,
        };
    }
}
