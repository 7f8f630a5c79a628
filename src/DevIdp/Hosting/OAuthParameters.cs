using Microsoft.Extensions.Primitives;

namespace McpMesh.DevIdp.Hosting;

/// <summary>Request parameters: an empty one counts as absent, a repeated one is an error (RFC 6749 section 3.1).</summary>
internal sealed class OAuthParameters
{
    private readonly Dictionary<string, StringValues> _values;

    public OAuthParameters(IEnumerable<KeyValuePair<string, StringValues>> values) => _values = new(values, StringComparer.Ordinal);

    /// <exception cref="OAuthException">It is repeated.</exception>
    public string? this[string name]
    {
        get
        {
            if (!_values.TryGetValue(name, out var values)) return null;
            if (values.Count > 1) throw new OAuthException("invalid_request", $"{name}: must not be repeated.");
            return string.IsNullOrEmpty(values[0]) ? null : values[0];
        }
    }

    /// <summary>Whether the parameter was sent more than once.</summary>
    public bool IsRepeated(string name) => _values.TryGetValue(name, out var values) && values.Count > 1;

    /// <exception cref="OAuthException">It is absent or repeated.</exception>
    public string Required(string name) => this[name] ?? throw new OAuthException("invalid_request", $"{name}: is required.");

    /// <summary>Reads a form body.</summary>
    /// <exception cref="OAuthException">It is not a form, or larger than the bounds.</exception>
    public static async Task<OAuthParameters> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim() is not { } type
            || !type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw new OAuthException("invalid_request", "The body must be application/x-www-form-urlencoded.");
        }

        try
        {
            return new OAuthParameters(await request.ReadFormAsync(cancellationToken));
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            throw new OAuthException("invalid_request", "The body is malformed or too large.");
        }
    }
}
