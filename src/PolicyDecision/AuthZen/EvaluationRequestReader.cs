using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>
/// Reads an AuthZEN 1.0 evaluation request. Unknown members are ignored; a missing or mistyped required one is refused. Mapping: a
/// <c>subject</c> of type <c>user</c> is the user, <c>subject.properties.groups</c> are its groups; the method is <c>resource.id</c> when
/// <c>resource.type</c> is <c>tool</c>, else <c>action.name</c>; <c>context.actors</c>, <c>context.scopes</c>, <c>context.acr</c> and
/// <c>context.arguments</c> are as in an access token and a tool call.
/// </summary>
internal static class EvaluationRequestReader
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <exception cref="MalformedEvaluationException">It is no evaluation request.</exception>
    public static EvaluationRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, s_options);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new MalformedEvaluationException("The body is not one JSON object with unique member names and at most 64 levels.");
        }
    }

    private static EvaluationRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new MalformedEvaluationException("The body must be a JSON object.");

        var subject = Object(root, "subject");
        var action = Object(root, "action");
        var resource = Object(root, "resource");
        var context = OptionalObject(root, "context");
        Text(subject, "subject", "type");
        var resourceId = Text(resource, "resource", "id");
        var actionName = Text(action, "action", "name");
        OptionalObject(action, "properties");
        OptionalObject(resource, "properties");
        var isUser = Text(subject, "subject", "type") == "user";
        return new EvaluationRequest
        {
            Subject = Text(subject, "subject", "id"),
            // Only users have groups here: any other subject is nobody, and nobody may do nothing.
            Groups = isUser ? Texts(OptionalObject(subject, "properties"), "subject.properties", "groups") ?? [] : [],
            Method = Text(resource, "resource", "type") == "tool" ? resourceId : actionName,
            Actors = Texts(context, "context", "actors") ?? [],
            Scopes = Texts(context, "context", "scopes"),
            AuthenticationContext = Member(context, "acr") is { } acr ? Text(acr, "context.acr") : null,
            Arguments = Member(context, "arguments") is { } arguments ? JsonMarshal.GetRawUtf8Value(arguments).ToArray() : default,
        };
    }

    private static JsonElement Object(JsonElement parent, string name) =>
        OptionalObject(parent, name) ?? throw new MalformedEvaluationException($"{name}: is required and missing");

    private static JsonElement? OptionalObject(JsonElement parent, string name) => Member(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } found => found,
        _ => throw new MalformedEvaluationException($"{name}: must be an object"),
    };

    private static string Text(JsonElement parent, string path, string name) =>
        Member(parent, name) is { } member
            ? Text(member, $"{path}.{name}")
            : throw new MalformedEvaluationException($"{path}.{name}: is required and missing");

    private static string Text(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String && TryDecode(element) is { Length: > 0 and <= 1024 } text)
            return text;

        throw new MalformedEvaluationException($"{path}: must be a string of 1 to 1024 characters");
    }

    private static ImmutableArray<string>? Texts(JsonElement? parent, string path, string name)
    {
        if (Member(parent, name) is not { } member)
            return null;

        if (member.ValueKind != JsonValueKind.Array)
            throw new MalformedEvaluationException($"{path}.{name}: must be an array of strings");

        return [.. member.EnumerateArray().Select(item => Text(item, $"{path}.{name}"))];
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { } found && found.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static string? TryDecode(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: I-JSON does not allow it (RFC 7493 section 2.1).
            return null;
        }
    }
}
