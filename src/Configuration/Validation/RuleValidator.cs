using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Rules of the policy: what they speak about exists, and what they ask for is known.</summary>
internal sealed class RuleValidator : IMeshValidator
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);

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
            CheckApproval(mesh, rule, field, errors);
            if (rule.When is not null)
                ConditionValidator.Validate(mesh, rule.When, field.Field("when"), errors);
        }
    }

    private static void CheckApproval(MeshConfiguration mesh, RuleConfiguration rule, FieldPath field, FieldErrors errors)
    {
        var asks = rule.Effect == "approve";
        errors.Require(!asks || !rule.Approvers.IsEmpty, field.Field("approvers"), "is required for the effect approve: who may approve?");
        errors.Require(asks || rule.Approvers.IsEmpty, field.Field("approvers"), "has a meaning only with the effect approve");
        errors.Require(asks || rule.Expires is null, field.Field("expires"), "has a meaning only with the effect approve");
        errors.Require(
            rule.Expires is null || (rule.Expires >= TimeSpan.FromSeconds(1) && rule.Expires <= s_longestWait), field.Field("expires"),
            "must be between 1s and 30d");
        foreach (var (index, role) in rule.Approvers.Index())
            errors.Require(mesh.Roles.ContainsKey(role), field.Field("approvers").Item(index), $"there is no role '{role}'");
    }
}
