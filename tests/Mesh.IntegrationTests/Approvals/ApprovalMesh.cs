using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.IntegrationTests.Durable;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary>
/// A mesh in which an engineer's calls of a stranger's tool wait for another engineer: those whose <c>what</c> begins with <c>ask-</c> for a
/// day, with <c>soon-</c> for two seconds.
/// </summary>
public sealed class ApprovalMesh : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();

    public RunningMesh Mesh { get; private set; } = null!;

    public EffectServer Effects { get; private set; } = null!;

    /// <summary>Asks; has the approvers' role himself.</summary>
    public string Sam { get; private set; } = "";

    /// <summary>Another with the approvers' role.</summary>
    public string Lea { get; private set; } = "";

    /// <summary>One without it.</summary>
    public string Dana { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Effects = await EffectServer.StartAsync();
        Mesh = await RunningMesh.StartAsync(Configure);
        Sam = (await CodeSignIn.AsAsync(Mesh, "sam", "sam-dev-password")).AccessToken;
        Lea = (await CodeSignIn.AsAsync(Mesh, "lea", "lea-password")).AccessToken;
        Dana = (await CodeSignIn.AsAsync(Mesh, "dana", "dana-dev-password")).AccessToken;
    }

    public async Task DisposeAsync()
    {
        if (Mesh is not null) await Mesh.DisposeAsync();
        await Effects.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    public async Task<(int Status, JsonNode Body, string Challenge)> GetAsync(string? token, string path) =>
        await SendAsync(token, new HttpRequestMessage(HttpMethod.Get, new Uri(Mesh.Gateway, path)));

    public Task<(int Status, JsonNode Body, string Challenge)> DecideAsync(string? token, string id, string decision, string? why = null) =>
        SendAsync(token, new HttpRequestMessage(HttpMethod.Post, new Uri(Mesh.Gateway, "/approvals/" + id))
        {
            Content = new StringContent(new JsonObject { ["decision"] = decision, ["why"] = why }.ToJsonString(), Encoding.UTF8, "application/json"),
        });

    private async Task<(int Status, JsonNode Body, string Challenge)> SendAsync(string? token, HttpRequestMessage request)
    {
        using (request)
        {
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.SendAsync(request);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            return ((int)response.StatusCode, body, response.Headers.WwwAuthenticate.ToString());
        }
    }

    private void Configure(MeshFiles files)
    {
        MeshFiles.Replace(files.IdpYaml, "users:\n",
            "users:\n  - { id: u-lea, username: lea, password: lea-password, name: Lea, email: lea@shop.example, groups: [site-reliability] }\n");
        MeshFiles.Replace(files.IdpYaml, "      - { resource: https://logs.mesh.example/mcp,",
            $"      - {{ resource: {EffectServer.Resource}, scopes: [effects.*] }}\n" +
            "      - { resource: https://logs.mesh.example/mcp,");
        File.WriteAllText(files.IdpYaml, File.ReadAllText(files.IdpYaml)
            .Replace("scopes: [logs.*, analytics", "scopes: [effects.*, logs.*, analytics", StringComparison.Ordinal));
        MeshFiles.Replace(files.MeshYaml, "servers:\n",
            $"servers:\n  effects:\n    url: {Effects.Url}\n    resource: {EffectServer.Resource}\n    tools: [act, put]\n");
        MeshFiles.Replace(files.MeshYaml, "  sre: [", "  sre: [effects.act, effects.put, runbooks.asked, ");
        MeshFiles.Replace(files.MeshYaml, "  incident-triage:\n", """
              asked:
                description: Puts after somebody agreed.
                input: { type: object, properties: { what: { type: string } }, required: [what] }
                steps:
                  - id: put
                    call: effects.put
                    with: { what: { from: /input/what } }
                    approve: { reason: Look at it first., approvers: [sre] }
              incident-triage:

            """);
        MeshFiles.Replace(files.MeshYaml, "/callback]   # loopback: any port (RFC 8252 section 7.3)\n    scopes: [",
            "/callback]\n    scopes: [effects.*, ");
        MeshFiles.Replace(files.MeshYaml, "\nrules:\n", """

            rules:
              - id: somebody-else-looks
                methods: [effects.act]
                when: { arguments: { /what: { startsWith: ask- } } }
                effect: approve
                approvers: [sre]
                reason: Somebody else must look.
              - id: somebody-looks-soon
                methods: [effects.act]
                when: { arguments: { /what: { startsWith: soon- } } }
                effect: approve
                approvers: [sre]
                expires: 2s

            """);
    }
}
