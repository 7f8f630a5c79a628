namespace McpMesh.Sidecar.Secrets;

/// <summary>Which secrets of a store this app may read (Configuration <c>spec.secrets.scopes</c>).</summary>
internal sealed record SecretScope(string StoreName, bool AllowByDefault, IReadOnlySet<string> Allowed, IReadOnlySet<string> Denied)
{
    /// <summary>A list of allowed names excludes all others; else a denied name is out; else the default holds.</summary>
    public bool Allows(string name) => Allowed.Count > 0 ? Allowed.Contains(name) : AllowByDefault && !Denied.Contains(name);
}
