using System.Collections.Immutable;

namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>An AuthZEN 1.0 evaluation, read and mapped to the terms of the mesh.</summary>
internal sealed record EvaluationRequest
{
    /// <summary>The user: <c>subject.id</c> of type <c>user</c>.</summary>
    public required string Subject { get; init; }

    /// <summary><c>subject.properties.groups</c>.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary><c>server.tool</c>: <c>resource.id</c> for a resource of type <c>tool</c>, else <c>action.name</c>.</summary>
    public required string Method { get; init; }

    /// <summary><c>context.actors</c>, newest first.</summary>
    public required ImmutableArray<string> Actors { get; init; }

    /// <summary><c>context.scopes</c>; null when the question is about role and actors only.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary><c>context.acr</c>.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary><c>context.arguments</c> as written.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }
}
