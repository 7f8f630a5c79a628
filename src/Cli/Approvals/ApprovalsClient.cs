using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using McpMesh.Samples.Agent;

namespace McpMesh.Cli.Approvals;

/// <summary>The gateway's approvals, for a person who has signed in.</summary>
internal sealed class ApprovalsClient : IAsyncDisposable
{
    private readonly AgentSession _session;
    private readonly HttpClient _http;

    private ApprovalsClient(AgentSession session, Uri gateway)
    {
        _session = session;
        _http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(1) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
    }

    /// <exception cref="CliException">The mesh could not be reached or refused the sign-in.</exception>
    public static async Task<ApprovalsClient> SignInAsync(MeshEndpoints mesh, string? user, CancellationToken cancellationToken)
    {
        var password = Environment.GetEnvironmentVariable("MESH_PASSWORD");
        if (user is not null && string.IsNullOrEmpty(password)) throw new CliException("--user needs the password in MESH_PASSWORD.");
        using var form = user is null ? null : new FormBrowser(user, password!);
        IAuthorizationBrowser browser = form is null ? new SystemBrowser(Console.Error) : form;
        try
        {
            var session = await AgentSession.SignInAsync(
                new AgentOptions { Gateway = new Uri(mesh.Gateway, "/mcp") }, browser, cancellationToken);
            return new ApprovalsClient(session, mesh.Gateway);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or ModelContextProtocol.McpException
            or TimeoutException)
        {
            throw new CliException($"You are not signed in: {e.Message}");
        }
    }

    /// <summary>The answer of the gateway and whether it is an error.</summary>
    /// <param name="path">Below the gateway's root.</param>
    public Task<(JsonNode Body, bool IsError)> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(() => _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken), cancellationToken);

    public Task<(JsonNode Body, bool IsError)> DecideAsync(
        string id, string decision, string? why, CancellationToken cancellationToken) =>
        SendAsync(
            () => _http.PostAsJsonAsync(
                new Uri("/approvals/" + Uri.EscapeDataString(id), UriKind.Relative), new { decision, why }, cancellationToken),
            cancellationToken);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _session.DisposeAsync();
    }

    private static async Task<(JsonNode Body, bool IsError)> SendAsync(
        Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await send();
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return (body ?? throw new CliException("The gateway's answer is empty."), !response.IsSuccessStatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException)
        {
            throw new CliException($"The gateway cannot be asked: {e.Message}");
        }
    }
}
