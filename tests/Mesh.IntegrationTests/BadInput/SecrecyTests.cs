using System.Text.Json;
using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>What a log line may never hold, looked for in every line that every process of the mesh wrote.</summary>
[Collection(TroubledMeshCollection.Name)]
public sealed class SecrecyTests(TroubledMesh shared)
{
    [Fact]
    public async Task No_token_secret_password_or_argument_is_in_any_log()
    {
        var mesh = shared.Mesh;
        var secrets = new Dictionary<string, string>();
        var sam = await CodeSignIn.AsAsync(mesh, "sam", "sam-dev-password");
        (secrets["access token"], secrets["refresh token"]) = (sam.AccessToken, sam.RefreshToken);
        await using (var session = await mesh.SignInAsync("sam", "sam-dev-password"))
        {
            secrets["agent's access token"] = session.AccessToken;
            Assert.Equal(5, (await new IncidentTriage(session.Work).RunAsync(CancellationToken.None)).Count);
        }

        await EnterpriseAsync(mesh, secrets);
        await RefusalsAsync(mesh, sam.AccessToken, secrets);
        foreach (var password in new[] { "dana-dev-password", "sam-dev-password", "guest-dev-password" }) secrets[password] = password;
        foreach (var value in FileSecrets(mesh)) secrets.Add($"secrets.json: {secrets.Count}", value);

        // The log is the one that the refusals above are in, or an empty search would prove nothing.
        await mesh.Log.WaitForAsync(line => line.Contains("Refused: invalid_client", StringComparison.Ordinal));
        var lines = mesh.Log.Lines;
        foreach (var (name, secret) in secrets)
        {
            // The line itself stays out of the test's own log.
            var leaks = lines.Where(line => Holds(line, secret)).Select(line => line.Split(':')[0]).Distinct().ToList();
            Assert.True(leaks.Count == 0, $"{name} stands in the log of {string.Join(", ", leaks)}.");
        }
    }

    // A token cut short is a token to whoever guesses the rest; the signature's beginning is enough to tell it.
    private static bool Holds(string line, string secret) =>
        line.Contains(secret, StringComparison.Ordinal)
        || (secret.Split('.') is [.., { Length: > 40 } signature] && line.Contains(signature[..20], StringComparison.Ordinal));

    private static async Task EnterpriseAsync(RunningMesh mesh, Dictionary<string, string> secrets)
    {
        using var agent = new EnterpriseAgent(mesh);
        secrets["ID token"] = await agent.IdTokenAsync("sam", "sam-dev-password");
        secrets["ID-JAG"] = await agent.IdJagAsync(secrets["ID token"], new Uri(mesh.Gateway, "/mcp").AbsoluteUri, "logs.read");
        secrets["token by ID-JAG"] = await agent.RedeemAsync(secrets["ID-JAG"]);
        await Assert.ThrowsAsync<HttpRequestException>(() => agent.RedeemAsync(secrets["ID-JAG"]));
    }

    private static async Task RefusalsAsync(RunningMesh mesh, string token, Dictionary<string, string> secrets)
    {
        using var gateway = new McpCaller(new Uri(mesh.Gateway, "/mcp"));
        secrets["token without a signature"] = new ForgedTokens(mesh, token).Unsigned();
        await gateway.CallAsync(secrets["token without a signature"], "logs.read");
        secrets["argument of a good call"] = "argument-in-a-good-call-4711";
        await gateway.CallAsync(token, "analytics.query", $$"""{"sql":"select '{{secrets["argument of a good call"]}}'"}""");
        secrets["argument of a failing call"] = "argument_in_a_failing_call_4712";
        await gateway.CallAsync(token, "analytics.query", $$"""{"sql":"select * from {{secrets["argument of a failing call"]}}"}""");
        secrets["argument of a wrong type"] = "argument-of-a-wrong-type-4713";
        await gateway.CallAsync(token, "logs.read", $$"""{"limit":"{{secrets["argument of a wrong type"]}}"}""");
        secrets["argument in malformed JSON"] = "argument-in-malformed-json-4714";
        await gateway.PostAsync(token, $$"""{"x":"{{secrets["argument in malformed JSON"]}}",,""", "tools/call", "logs.read");
        secrets["wrong client secret"] = "wrong-client-secret-4715";
        using var http = new HttpClient();
        using var response = await http.PostAsync(
            new Uri(mesh.TokenExchange, "/token"), new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
                ["client_id"] = "ema-agent",
                ["client_secret"] = secrets["wrong client secret"],
                ["assertion"] = secrets["ID-JAG"],
            }));
        Assert.Equal(401, (int)response.StatusCode);
        secrets["wrong password"] = "wrong-password-4716";
        await Assert.ThrowsAsync<InvalidOperationException>(() => CodeSignIn.AsAsync(mesh, "sam", secrets["wrong password"]));
    }

    /// <summary>Every value of the secrets file; of the signing keys their private part.</summary>
    private static List<string> FileSecrets(RunningMesh mesh)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(mesh.Data, "secrets.json")));
        using var keys = JsonDocument.Parse(file.RootElement.GetProperty("signing-key").GetString()!);
        return [
            .. file.RootElement.EnumerateObject().Where(secret => secret.Name != "signing-key").Select(secret => secret.Value.GetString()!),
            .. keys.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("d").GetString()!)];
    }
}
