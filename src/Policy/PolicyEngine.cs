namespace McpMesh.Policy;

/// <summary>A compiled policy version. Immutable; safe for any number of threads.</summary>
public sealed class PolicyEngine
{
    /// <summary>Digest of the version, <c>sha256:</c> and 64 hex digits.</summary>
    public string Digest => throw new NotSupportedException();

    /// <summary>Compiles a document.</summary>
    /// <exception cref="PolicyException">The document is not a valid policy; the message names the rule and the field.</exception>
    public static PolicyEngine Compile(PolicyDocument document) => throw new NotSupportedException();

    /// <summary>Decides. Default deny; effective rights = role scopes ∩ token scopes ∩ every actor's scopes.</summary>
    public Decision Decide(in PolicyRequest request) => throw new NotSupportedException();

    /// <summary>The methods of <paramref name="server"/> (<c>server.tool</c>) that <see cref="Decide"/> could permit for this caller: what a list may show.</summary>
    public IReadOnlyList<string> EffectiveMethods(in PolicyRequest caller, string server) => throw new NotSupportedException();
}
