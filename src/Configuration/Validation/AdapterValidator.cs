using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>What each kind of adapter needs.</summary>
internal sealed class AdapterValidator : IMeshValidator
{
    private static readonly string[] s_kinds = ["logs", "sql", "incidents"];
    private static readonly string[] s_databases = ["sqlite:", "postgres:", "postgres-secret:"];

    public IReadOnlyList<string> Sections { get; } = ["servers"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        foreach (var (name, server) in mesh.Servers)
        {
            if (server.Adapter is { } adapter)
                Validate(server, adapter, MeshFields.Server(name).Field("adapter"), errors);
        }
    }

    private static void Validate(ServerConfiguration server, AdapterConfiguration adapter, FieldPath field, FieldErrors errors)
    {
        errors.Require(server.AppId is not null, field, "only a server with an appId has an adapter of the mesh");
        switch (adapter.Kind)
        {
            case "logs":
                errors.Require(!adapter.Files.IsEmpty, field.Field("files"), "is required for kind 'logs': patterns of the files to read");
                break;
            case "sql":
                errors.Require(
                    s_databases.Any(
                        kind => adapter.Database?.Length > kind.Length && adapter.Database.StartsWith(kind, StringComparison.Ordinal)),
                    field.Field("database"),
                    "is required for kind 'sql': sqlite:<path>, postgres:<connection string> or postgres-secret:<key>");
                break;
            case "incidents":
                break;
            default:
                var nearest = NearestName.Of(adapter.Kind, s_kinds);
                var hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
                errors.Add(field.Field("kind"), $"must be one of: {string.Join(", ", s_kinds)}{hint}");
                break;
        }

        errors.Require(adapter.StatementTimeout > TimeSpan.Zero, field.Field("statementTimeout"), "must be more than 0");
        errors.Require(adapter.MaxRows > 0, field.Field("maxRows"), "must be more than 0");
        errors.Require(adapter.MaxBytes > 0, field.Field("maxBytes"), "must be more than 0");
        errors.Require(adapter.MaxDebug > TimeSpan.Zero, field.Field("maxDebug"), "must be more than 0");
    }
}
