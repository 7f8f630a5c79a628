namespace McpMesh.Sidecar.Http;

/// <summary>Cross-origin resource sharing by <c>--allowed-origins</c>: <c>*</c>, or origins in which one star may stand for anything.</summary>
internal sealed class CrossOrigin(IReadOnlyList<string> origins)
{
    private const string Methods = "HEAD GET POST PUT PATCH DELETE";
    private readonly bool _all = origins.Contains("*");

    /// <summary>Answers a preflight request, and adds the headers that let a page read any other answer.</summary>
    /// <returns>True when the request is answered.</returns>
    public bool Handle(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var asked = request.Headers.AccessControlRequestMethod.ToString();
        var isPreflight = request.Method == "OPTIONS" && asked.Length > 0;
        response.Headers.Append("Vary", isPreflight ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" : "Origin");
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && IsAllowed(origin) && (isPreflight ? IsMethod(asked) : IsMethod(request.Method) || request.Method == "OPTIONS"))
        {
            response.Headers.AccessControlAllowOrigin = _all ? "*" : origin;
            if (isPreflight)
            {
                response.Headers.AccessControlAllowMethods = asked.ToUpperInvariant();
                var headers = request.Headers.AccessControlRequestHeaders;
                if (headers.Count > 0) response.Headers.AccessControlAllowHeaders = headers;
            }
        }

        if (isPreflight) response.StatusCode = StatusCodes.Status200OK;
        return isPreflight;
    }

    private bool IsAllowed(string origin) => _all || origins.Any(allowed => Matches(allowed, origin));

    private static bool Matches(string allowed, string origin)
    {
        var star = allowed.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return allowed.Equals(origin, StringComparison.OrdinalIgnoreCase);
        return origin.Length >= allowed.Length - 1
            && origin.StartsWith(allowed[..star], StringComparison.OrdinalIgnoreCase)
            && origin.EndsWith(allowed[(star + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsMethod(string method) =>
        Methods.Split(' ').Contains(method, StringComparer.OrdinalIgnoreCase);
}
