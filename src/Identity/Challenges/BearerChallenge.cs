using System.Text;

namespace McpMesh.Identity.Challenges;

/// <summary>
/// Text of a <c>WWW-Authenticate</c> header (RFC 6750 section 3, RFC 9728 section 5.1), as MCP servers answer 401 and 403.
/// </summary>
public static class BearerChallenge
{
    /// <summary>Writes the challenge. Parts that are null are left out; quotes, backslashes and controls are made harmless.</summary>
    /// <param name="resourceMetadata">URL of the protected resource metadata.</param>
    /// <param name="scope">Space-separated scopes that the request needs.</param>
    /// <param name="error"><c>invalid_token</c> (401) or <c>insufficient_scope</c> (403); null when no token was sent.</param>
    /// <param name="description">One sentence for a developer.</param>
    public static string Write(string? resourceMetadata, string? scope = null, string? error = null, string? description = null)
    {
        var text = new StringBuilder("Bearer");
        var separator = ' ';
        Append(text, "resource_metadata", resourceMetadata, ref separator);
        Append(text, "scope", scope, ref separator);
        Append(text, "error", error, ref separator);
        Append(text, "error_description", description, ref separator);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string? value, ref char separator)
    {
        if (value is null) return;
        if (separator == ',') text.Append(',');
        text.Append(' ').Append(name).Append("=\"");
        foreach (var character in value)
        {
            // RFC 6750 section 3: the values hold printable ASCII without quote and backslash only.
            text.Append(character is >= ' ' and <= '~' and not '"' and not '\\' ? character : '\'');
        }

        text.Append('"');
        separator = ',';
    }
}
