using System.Collections.Frozen;
using McpMesh.Configuration;

namespace McpMesh.TokenExchange.Registry;

/// <summary>The pre-registered clients.</summary>
internal sealed class ClientRegistry(MeshConfiguration mesh)
{
    private readonly FrozenDictionary<string, RegisteredClient> _clients =
        mesh.Clients.ToFrozenDictionary(client => client.Id, client => new RegisteredClient(client), StringComparer.Ordinal);

    public RegisteredClient? Find(string? id) => id is null ? null : _clients.GetValueOrDefault(id);
}
