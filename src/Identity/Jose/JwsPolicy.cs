using System.Collections.Immutable;

namespace McpMesh.Identity.Jose;

/// <summary>What a verifier accepts: the token does not choose.</summary>
/// <param name="Algorithms">The allow-list.</param>
/// <param name="Types">
/// Accepted values of <c>typ</c> (compared without case and without a leading <c>application/</c>, RFC 7515 section 4.1.9);
/// empty: any or none.
/// </param>
public sealed record JwsPolicy(ImmutableArray<JwsAlgorithm> Algorithms, ImmutableArray<string> Types)
{
    /// <summary>Only ES256: tokens of the mesh itself.</summary>
    public static JwsPolicy Es256(params ImmutableArray<string> types) => new([JwsAlgorithm.ES256], types);

    /// <summary>The asymmetric algorithms: tokens of other parties.</summary>
    public static JwsPolicy Asymmetric(params ImmutableArray<string> types) => new(
        [
            JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.RS256, JwsAlgorithm.RS384, JwsAlgorithm.RS512,
            JwsAlgorithm.PS256, JwsAlgorithm.PS384, JwsAlgorithm.PS512,
        ],
        types);

    internal bool AcceptsType(string? type)
    {
        if (Types.IsEmpty) return true;
        if (type is null) return false;
        var bare = Bare(type);
        foreach (var accepted in Types)
        {
            if (bare.Equals(Bare(accepted), StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> Bare(string type) =>
        type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? type.AsSpan("application/".Length) : type;
}
