namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>Echoes <c>X-Request-ID</c>, as AuthZEN 1.0 demands.</summary>
internal sealed class RequestIdFilter : IEndpointFilter
{
    private const string Header = "X-Request-ID";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Request.Headers.TryGetValue(Header, out var id))
            context.HttpContext.Response.Headers[Header] = id;

        return next(context);
    }
}
