using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace McpMesh.Policy.Distribution;

/// <summary>Lets only the own sidecar in, which knows APP_API_TOKEN. When none is configured nobody gets in.</summary>
internal sealed class SidecarOnlyFilter(IConfiguration configuration) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var expected = configuration["APP_API_TOKEN"];
        var presented = context.HttpContext.Request.Headers["dapr-api-token"].ToString();
        var isSidecar = !string.IsNullOrEmpty(expected)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(expected));
        return isSidecar ? await next(context).ConfigureAwait(false) : Results.Unauthorized();
    }
}
