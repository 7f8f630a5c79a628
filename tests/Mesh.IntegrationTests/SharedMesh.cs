using System.Globalization;
using System.Text;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests;

/// <summary>
/// A mesh for the tests that leave it whole. It has fifty more engineers, and a stranger's server that keeps the tokens it is sent.
/// </summary>
public sealed class SharedMesh : IAsyncLifetime
{
    public const int Engineers = 50;

    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>Server <c>stranger</c> of this mesh, reached at a URL.</summary>
    public StrangerServer Stranger { get; private set; } = null!;

    public static (string Username, string Password) Engineer(int number) =>
        (string.Create(CultureInfo.InvariantCulture, $"eng{number}"), string.Create(CultureInfo.InvariantCulture, $"eng{number}-password"));

    public async Task InitializeAsync()
    {
        Stranger = await StrangerServer.StartAsync();
        Mesh = await RunningMesh.StartAsync(Configure);
    }

    public async Task DisposeAsync()
    {
        if (Mesh is not null) await Mesh.DisposeAsync();
        await Stranger.DisposeAsync();
    }

    private void Configure(MeshFiles files)
    {
        var users = new StringBuilder("users:\n");
        for (var i = 0; i < Engineers; i++)
        {
            var (username, password) = Engineer(i);
            users.Append(CultureInfo.InvariantCulture,
                $"  - {{ id: u-{username}, username: {username}, password: {password}, name: {username}, email: " +
                    $"{username}@shop.example, groups: [engineering] }}\n");
        }

        MeshFiles.Replace(files.IdpYaml, "users:\n", users.ToString());
        MeshFiles.Replace(files.IdpYaml, "      - { resource: https://logs.mesh.example/mcp,",
            $"      - {{ resource: {StrangerServer.Resource}, scopes: [stranger.*] }}\n" +
            "      - { resource: https://logs.mesh.example/mcp,");
        File.WriteAllText(files.IdpYaml, File.ReadAllText(files.IdpYaml)
            .Replace("scopes: [logs.*, analytics", "scopes: [stranger.*, logs.*, analytics", StringComparison.Ordinal));
        MeshFiles.Replace(files.MeshYaml, "servers:\n",
            $"servers:\n  stranger:\n    url: {Stranger.Url}\n    resource: {StrangerServer.Resource}\n    tools: [take]\n");
        MeshFiles.Replace(files.MeshYaml, "  sre: [", "  sre: [stranger.take, ");
        MeshFiles.Replace(files.MeshYaml, "/callback]   # loopback: any port (RFC 8252 section 7.3)\n    scopes: [",
            "/callback]\n    scopes: [stranger.*, ");
    }
}
