using System.Text.Json;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A whole answer.</summary>
internal sealed record HttpAnswer(int Status, string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public static async Task<HttpAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated) headers[name] = values.ToString();
        return new HttpAnswer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null, headers);
    }

    /// <summary>204 and nothing else.</summary>
    public void IsNoContent() => Assert.Equal((204, ""), (Status, Body));

    public void IsJson(int status, string json)
    {
        Assert.Equal((status, "application/json"), (Status, ContentType));
        Assert.Equal(Canonical(JsonDocument.Parse(json).RootElement), Canonical(Json));
    }

    /// <param name="message">The whole message, or its beginning when it ends with an ellipsis: what follows is the engine's own.</param>
    public void IsError(int status, string code, string message)
    {
        Assert.True(Body.StartsWith('{'), $"no error body, status {Status}: {Body}");
        Assert.Equal((status, code), (Status, Json.GetProperty("errorCode").GetString()!));
        Text.Matches(message, Json.GetProperty("message").GetString()!);
        Assert.Equal("application/json", ContentType);
    }

    private static string Canonical(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => $"\"{p.Name}\":{Canonical(p.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', json.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(json.GetString()), // an engine may escape what another does not
        _ => json.GetRawText(),
    };
}
