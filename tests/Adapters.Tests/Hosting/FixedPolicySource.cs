using System.Collections.Immutable;
using McpMesh.Policy;

namespace McpMesh.Adapters.Tests.Hosting;

/// <summary>A real engine over a policy in which group <c>all</c> may use every method and group <c>few</c> only the first.</summary>
internal sealed class FixedPolicySource : IPolicySource
{
    public FixedPolicySource(IEnumerable<string> methods)
    {
        ImmutableArray<string> all = [.. methods];
        Document = new PolicyDocument
        {
            Methods = [.. all],
            Roles = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("all", all).Add("few", [all[0]]),
            Groups = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("all", ["all"]).Add("few", ["few"]),
            Actors = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("gateway", all).Add("sample-agent", all)
                .Add("incidents", all),
        };
        Current = PolicyEngine.Compile(Document);
    }

    public PolicyDocument Document { get; }

    public PolicyEngine? Current { get; set; }

    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
