using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tests;

public sealed class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("devidp-process-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_refresh_token_that_was_handed_out_survives_kill_9()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "idp.yaml"), TestDirectory.Yaml());
        var (process, http) = await IdpProcess.StartAsync(_folder);
        string token;
        await using (process)
        using (http) token = (await SignInAsync(http))["refresh_token"]!.GetValue<string>();

        (process, http) = await IdpProcess.StartAsync(_folder);
        await using (process)
        using (http) Assert.NotNull((await AskAsync(http, ("grant_type", "refresh_token"), ("refresh_token", token)))["id_token"]);
    }

    private static async Task<JsonNode> SignInAsync(HttpClient http)
    {
        var verifier = new string('v', 43);
        var challenge = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var callback = TestDirectory.Callback;
        var address = "/authorize?client_id=app&response_type=code&scope=openid%20offline_access&code_challenge_method=S256"
            + $"&code_challenge={challenge}&redirect_uri={Uri.EscapeDataString(callback)}";
        var code = Browser.Callback(await new Browser(http).SignInAsync(address, "dana", "dana-password"))["code"];
        return await AskAsync(
            http, ("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier), ("redirect_uri", callback));
    }

    private static async Task<JsonNode> AskAsync(HttpClient http, params IEnumerable<(string Name, string Value)> parameters)
    {
        var form = parameters.ToDictionary(p => p.Name, p => p.Value);
        (form["client_id"], form["client_secret"]) = ("app", "app:secret/1");
        using var content = new FormUrlEncodedContent(form);
        return (await TokenAnswer.ReadAsync(await http.PostAsync("/token", content))).Granted();
    }
}
