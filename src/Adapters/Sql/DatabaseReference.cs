using Dapr.Client;
using McpMesh.Configuration;

namespace McpMesh.Adapters.Sql;

/// <summary>
/// The value of <c>adapter.database</c>: <c>sqlite:&lt;path&gt;</c>, <c>postgres:&lt;connection string&gt;</c>, or
/// <c>postgres-secret:&lt;key&gt;</c> for a connection string in the Dapr secret store.
/// </summary>
internal static class DatabaseReference
{
    private const string SecretStore = "secrets";

    /// <summary>The database it names.</summary>
    /// <exception cref="MeshConfigurationException">It names none.</exception>
    public static ISqlDatabase Open(ServedServer served, Func<DaprClient> dapr)
    {
        var reference = served.Adapter.Database ?? "";
        var separator = reference.IndexOf(':', StringComparison.Ordinal);
        var (scheme, rest) = separator > 0 ? (reference[..separator], reference[(separator + 1)..]) : ("", "");
        return (scheme, rest) switch
        {
            (_, "") => throw Invalid("is required as sqlite:<path>, postgres:<connection string> or postgres-secret:<key>."),
            ("sqlite", _) => new SqliteDatabase(Path.GetFullPath(rest)),
            ("postgres", _) => new PostgresDatabase(_ => ValueTask.FromResult(rest)),
            ("postgres-secret", _) => new PostgresDatabase(async cancellationToken =>
                (await dapr().GetSecretAsync(SecretStore, rest, cancellationToken: cancellationToken))[rest]),
            _ => throw Invalid("must begin with sqlite:, postgres: or postgres-secret:."),
        };

        MeshConfigurationException Invalid(string rule) =>
            new([new MeshConfigurationError("mesh.yaml", 0, 0, $"servers.{served.Name}.adapter.database", rule)]);
    }
}
