namespace McpMesh.TokenExchange.OAuth;

/// <summary>Parameters of a request: each at most once (RFC 6749 section 3.2), empty values count as absent (section 3.1).</summary>
internal sealed class OAuthForm
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="OAuthException">A parameter is repeated.</exception>
    public OAuthForm(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> parameters)
    {
        foreach (var (name, values) in parameters)
        {
            if (values.Count > 1)
            {
                // RFC 8707 allows several resources; a mesh token has exactly one audience.
                throw name == "resource"
                    ? new OAuthException("invalid_target", "resource: a token is for exactly one resource.")
                    : new OAuthException("invalid_request", "A parameter is given more than once.");
            }

            if (values.Count == 1 && !string.IsNullOrEmpty(values[0])) _values[name] = values[0]!;
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <exception cref="OAuthException">The parameter is absent.</exception>
    public string Require(string name) => this[name] ?? throw new OAuthException("invalid_request", $"{name}: is required.");

    /// <summary>Reads a form body of a token endpoint.</summary>
    /// <exception cref="OAuthException">Not a form, too large, or a parameter is repeated.</exception>
    public static async ValueTask<OAuthForm> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // A query string is logged by proxies; credentials in it are refused by not being read.
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            throw new OAuthException("invalid_request", "The body must be application/x-www-form-urlencoded.");
        }

        try
        {
            return new(await request.ReadFormAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            throw new OAuthException("invalid_request", "The form is malformed or too large.", StatusCodes.Status400BadRequest, exception);
        }
    }
}
