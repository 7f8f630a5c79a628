using System.Collections.Immutable;
using McpMesh.Policy.Rights;

namespace McpMesh.Policy.Rules;

/// <summary>The part of a condition that looks at the caller and the clock, not at arguments.</summary>
internal sealed class CallerCondition(PolicyCondition condition, BitSet? roles, DailyWindow? window)
{
    public bool Holds(in PolicyRequest request, RoleRights rights) =>
        (condition.Clients.IsDefaultOrEmpty || ContainsAny(condition.Clients, request.Actors))
        && (condition.Acr.IsDefaultOrEmpty || (request.AuthenticationContext is { } acr && condition.Acr.Contains(acr)))
        && (roles is null || roles.Overlaps(rights.Roles))
        && (window is null || window.Contains(request.Time));

    private static bool ContainsAny(ImmutableArray<string> wanted, ImmutableArray<string> present)
    {
        foreach (var one in present.AsSpan())
        {
            if (wanted.Contains(one))
                return true;
        }

        return false;
    }
}
