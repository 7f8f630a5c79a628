namespace McpMesh.Identity.Hops;

/// <summary>One request to <c>/hop</c>.</summary>
/// <param name="SubjectToken">The token that the caller received, as received, or the handle of a delegation.</param>
/// <param name="Resource">RFC 8707 identifier of the next server.</param>
/// <param name="Scope">Space-separated scopes.</param>
/// <param name="SubjectTokenType">One of <see cref="Hops.SubjectTokenType"/>.</param>
internal readonly record struct HopTokenRequest(
    string SubjectToken, string Resource, string Scope, string SubjectTokenType = Hops.SubjectTokenType.AccessToken)
{
    public override string ToString() => $"hop to {Resource} for {Scope}";
}
