namespace McpMesh.Sidecar.AccessControl;

/// <summary>One operation, or with a trailing <c>*</c> all below it; compared without case, as daprd does.</summary>
internal sealed class OperationRule(string name, IReadOnlyList<string> verbs, bool allow)
{
    private readonly bool _isPrefix = name.EndsWith('*');
    private readonly string _path = Canonical(name);

    public bool Allow { get; } = allow;

    /// <summary>Exact beats prefix; a longer prefix beats a shorter one.</summary>
    public int Specificity => _path.Length * 2 + (_isPrefix ? 0 : 1);

    public bool Matches(string operation, string verb) => MatchesPath(operation) && MatchesVerb(verb);

    private static string Canonical(string name)
    {
        var path = name.TrimEnd('*');
        if (!path.StartsWith('/')) path = "/" + path;
        return path.Length > 1 && !name.EndsWith('*') ? path.TrimEnd('/') : path;
    }

    private bool MatchesPath(string operation)
    {
        if (!_isPrefix) return operation.AsSpan().TrimEnd('/').Equals(_path.AsSpan().TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
        // "/mcp/*" also stands for "/mcp" itself, so that a rule cannot be walked around by leaving the slash out.
        return operation.StartsWith(_path, StringComparison.OrdinalIgnoreCase)
            || (_path.EndsWith('/') && operation.Length == _path.Length - 1
                && _path.StartsWith(operation, StringComparison.OrdinalIgnoreCase));
    }

    private bool MatchesVerb(string verb)
    {
        foreach (var allowed in verbs)
        {
            if (allowed == "*" || allowed.Equals(verb, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return verbs.Count == 0;
    }
}
