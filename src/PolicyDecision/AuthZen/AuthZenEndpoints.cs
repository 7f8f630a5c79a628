using McpMesh.Policy;
using McpMesh.PolicyDecision.Administration;
using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>AuthZEN Authorization API 1.0: evaluation and metadata.</summary>
internal static class AuthZenEndpoints
{
    private const string EvaluationPath = "/access/v1/evaluation";
    private const int LargestBody = 1024 * 1024;

    /// <summary>Maps the evaluation endpoint.</summary>
    public static void MapEvaluation(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(EvaluationPath, EvaluateAsync).AddEndpointFilter<RequestIdFilter>();

    /// <summary>Maps the metadata, which everybody may read.</summary>
    public static void MapDecisionPointMetadata(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/.well-known/authzen-configuration", (HttpRequest request) =>
        {
            var origin = $"{request.Scheme}://{request.Host}";
            return Results.Ok(new DecisionPointMetadata(origin, origin + EvaluationPath));
        });

    private static async Task<IResult> EvaluateAsync(
        HttpContext http, PolicyStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            return Refuse("The content type must be application/json.");

        if (store.Current is not { } version)
            return Results.Problem("No policy is in force.", statusCode: StatusCodes.Status503ServiceUnavailable);

        try
        {
            var evaluation = EvaluationRequestReader.Read(await ReadBodyAsync(http, cancellationToken));
            return Results.Ok(Answer(version.Engine.Decide(ToPolicyRequest(evaluation, time.GetUtcNow()))));
        }
        catch (MalformedEvaluationException malformed)
        {
            return Refuse(malformed.Message);
        }
        catch (BadHttpRequestException tooLarge)
        {
            return Results.Problem(detail: "The body is too large or broken.", statusCode: tooLarge.StatusCode);
        }
    }

    // Without context.scopes the question is what role and actors allow; the method itself then stands for the token's scope.
    private static PolicyRequest ToPolicyRequest(EvaluationRequest evaluation, DateTimeOffset now) => new()
    {
        Subject = evaluation.Subject,
        Groups = evaluation.Groups,
        Scopes = evaluation.Scopes ?? [evaluation.Method],
        Actors = evaluation.Actors,
        Method = evaluation.Method,
        Arguments = evaluation.Arguments,
        AuthenticationContext = evaluation.AuthenticationContext,
        Time = now,
    };

    private static EvaluationResponse Answer(Decision decision)
    {
        var kind = decision.Kind switch
        {
            PolicyDecisionKind.Permit => "permit",
            PolicyDecisionKind.Approve => "approve",
            PolicyDecisionKind.InsufficientScope => "insufficient_scope",
            _ => "deny",
        };
        return new EvaluationResponse(
            decision.IsPermitted, new EvaluationResponseContext(kind, decision.Rule, decision.Reason, decision.PolicyDigest));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellationToken);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static IResult Refuse(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
