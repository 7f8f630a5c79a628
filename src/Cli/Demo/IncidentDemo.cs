using System.Buffers.Text;
using System.Text.Json;
using McpMesh.Samples.Agent;

namespace McpMesh.Cli.Demo;

/// <summary>Lets the sample agent do its work for a person and reads from the audit log what the mesh can prove of it.</summary>
internal sealed class IncidentDemo(MeshEndpoints mesh, bool viaSidecar)
{
    /// <summary>Runs the triage for <paramref name="persona"/> and checks what must hold.</summary>
    /// <exception cref="CliException">The mesh could not be reached or refused the sign-in.</exception>
    public async Task<DemoRun> RunAsync(DemoPersona persona, CancellationToken cancellationToken)
    {
        if (viaSidecar && mesh.AgentSidecar is null) throw new CliException("The mesh runs no sidecar for agents; use --via http.");
        try
        {
            using var browser = new FormBrowser(persona.Username, persona.Password);
            await using var session = await AgentSession.SignInAsync(
                new AgentOptions
                {
                    Gateway = new Uri(mesh.Gateway, "/mcp"),
                    Sidecar = viaSidecar ? mesh.AgentSidecar : null,
                    SidecarToken = viaSidecar ? mesh.AgentSidecarToken : null,
                },
                browser,
                cancellationToken);
            var steps = await new IncidentTriage(session.Work).RunAsync(cancellationToken);
            var transaction = Transaction(session.AccessToken);
            var hops = await new HopHistory(mesh.Audit).ReadAsync(transaction, steps, cancellationToken);
            return new DemoRun(persona.Role, transaction, hops) { Failures = DemoExpectations.Check(persona, steps, hops) };
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or ModelContextProtocol.McpException
            or TimeoutException)
        {
            throw new CliException($"{persona.Role}: {e.Message}");
        }
    }

    // The operator's view: mesh access tokens are at+jwt and carry the transaction in clear. An agent has no business reading its token.
    private static string Transaction(string accessToken)
    {
        var payload = accessToken.Split('.')[1];
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        return claims.RootElement.GetProperty("txn").GetString()!;
    }
}
