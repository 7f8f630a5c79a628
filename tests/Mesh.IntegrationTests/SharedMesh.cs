using System.Globalization;
using System.Text;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests;

/// <summary>A mesh for the tests that leave it whole. It has fifty more engineers, and an agent that may ask for single servers' tokens.</summary>
public sealed class SharedMesh : IAsyncLifetime
{
    public const int Engineers = 50;

    public RunningMesh Mesh { get; private set; } = null!;

    public static (string Username, string Password) Engineer(int number) =>
        (string.Create(CultureInfo.InvariantCulture, $"eng{number}"), string.Create(CultureInfo.InvariantCulture, $"eng{number}-password"));

    public async Task InitializeAsync() => Mesh = await RunningMesh.StartAsync(files =>
    {
        var users = new StringBuilder("users:\n");
        for (var i = 0; i < Engineers; i++)
        {
            var (username, password) = Engineer(i);
            users.Append(CultureInfo.InvariantCulture,
                $"  - {{ id: u-{username}, username: {username}, password: {password}, name: {username}, email: {username}@shop.example, groups: [engineering] }}\n");
        }

        MeshFiles.Replace(files.IdpYaml, "users:\n", users.ToString());
        MeshFiles.Replace(
            files.IdpYaml,
            "    clientIdAtAudience: ema-agent\n    resources:\n",
            """
                clientIdAtAudience: ema-agent
                resources:
                  - { resource: https://logs.mesh.example/mcp, scopes: [logs.*] }

            """.ReplaceLineEndings("\n"));
    });

    public async Task DisposeAsync() => await Mesh.DisposeAsync();
}
