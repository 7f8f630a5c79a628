namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// The method of an invocation in one canonical spelling: decoded, without empty, "." and ".." parts and a slash at the end. The access policy judges
/// <see cref="Decoded"/>, and the app is sent the same path encoded again, so that no other spelling gets past the policy.
/// </summary>
/// <param name="Encoded">For the request line, with a leading slash.</param>
internal readonly record struct MethodPath(string Encoded, string Decoded)
{
    /// <param name="raw">The path as it came, with its leading slash.</param>
    public static MethodPath Parse(string raw)
    {
        if (raw.Length == 0) return new("/", "/");
        if (!raw.AsSpan().ContainsAny('%', '\\') && !raw.Contains("//", StringComparison.Ordinal)
            && !raw.Contains("/.", StringComparison.Ordinal) && (raw.Length == 1 || !raw.EndsWith('/')))
        {
            return new(raw, raw);
        }

        var parts = new List<string>();
        var decoded = Uri.UnescapeDataString(raw);
        foreach (var part in decoded.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
                continue;
            }

            parts.Add(part);
        }

        return new("/" + string.Join('/', parts.Select(Uri.EscapeDataString)), "/" + string.Join('/', parts));
    }
}
