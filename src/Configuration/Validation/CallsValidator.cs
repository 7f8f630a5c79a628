namespace McpMesh.Configuration.Validation;

/// <summary>Which tool calls on to which method of another server. Each is named in full: a pattern would widen a token unseen.</summary>
internal sealed class CallsValidator : IMeshValidator
{
    public IReadOnlyList<string> Sections { get; } = ["servers"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var catalog = MethodCatalog.OfServers(mesh);
        foreach (var (name, server) in mesh.Servers)
        {
            foreach (var (tool, methods) in server.Calls)
            {
                var field = MeshFields.Server(name).Field("calls").Field(tool);
                errors.Require(server.Tools.Contains(tool), field, $"the server '{name}' has no tool '{tool}'");
                foreach (var (index, method) in methods.Index())
                {
                    catalog.CheckMethod(method, field.Item(index), errors);
                    errors.Require(
                        !method.StartsWith(name + ".", StringComparison.Ordinal), field.Item(index), "must be a method of another server");
                }
            }
        }
    }
}
