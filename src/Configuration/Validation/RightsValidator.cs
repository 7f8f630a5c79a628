using McpMesh.Configuration.Binding;

namespace McpMesh.Configuration.Validation;

/// <summary>Roles name methods that exist, and groups name roles that exist.</summary>
internal sealed class RightsValidator : IMeshValidator
{
    public IReadOnlyList<string> Sections { get; } = ["servers", "roles", "groups", "runbooks"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var catalog = MethodCatalog.Of(mesh);
        foreach (var (role, scopes) in mesh.Roles)
            catalog.CheckScopes(scopes, MeshFields.Role(role), errors);

        foreach (var (group, roles) in mesh.Groups)
        {
            foreach (var (index, role) in roles.Index())
            {
                if (mesh.Roles.ContainsKey(role))
                    continue;

                var nearest = NearestName.Of(role, mesh.Roles.Keys);
                errors.Add(MeshFields.Group(group).Item(index),
                    $"there is no role '{role}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?"));
            }
        }
    }
}
