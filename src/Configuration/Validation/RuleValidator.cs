namespace McpMesh.Configuration.Validation;

/// <summary>Rules of the policy: what they speak about exists, and what they ask for is known.</summary>
internal sealed class RuleValidator : IMeshValidator
{
    public IReadOnlyList<string> Sections { get; } = ["servers", "roles", "clients", "rules", "runbooks"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var catalog = MethodCatalog.Of(mesh);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, rule) in mesh.Rules.Index())
        {
            var field = MeshFields.Rules.Item(index);
            errors.Require(rule.Id.Length > 0, field.Field("id"), "must not be empty");
            errors.Require(ids.Add(rule.Id), field.Field("id"), $"there are two rules '{rule.Id}'");
            errors.Require(!rule.Methods.IsEmpty, field.Field("methods"), "must name at least one method");
            catalog.CheckScopes(rule.Methods, field.Field("methods"), errors, allowEveryMethod: true);
            errors.Require(
                rule.Effect is null or "deny" or "approve" or "redact" or "limit", field.Field("effect"),
                "must be deny, approve, redact or limit");
            errors.Require(rule.Audit is "strict" or "relaxed", field.Field("audit"), "must be strict or relaxed");
            errors.Require(rule.Effect is not null || rule.Audit != "strict", field, "does nothing: give it an effect, or audit: relaxed");
            if (rule.When is not null)
                ConditionValidator.Validate(mesh, rule.When, field.Field("when"), errors);
        }
    }
}
