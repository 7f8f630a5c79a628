using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Asks every validator whose sections could be bound, so that one load reports as much as can be known.</summary>
internal static class MeshConfigurationValidator
{
    private static readonly IMeshValidator[] s_validators =
    [
        new EndpointValidator(),
        new LifetimeValidator(),
        new LimitsValidator(),
        new ServerValidator(),
        new AdapterValidator(),
        new CallsValidator(),
        new RightsValidator(),
        new ClientValidator(),
        new RuleValidator(),
        new RunbookValidator(),
    ];

    public static void Validate(MeshConfiguration mesh, ConfigurationNode root, ErrorCollector errors)
    {
        var applicable = s_validators.Where(validator => !errors.Touches(validator.Sections)).ToList();
        var fields = new FieldErrors(errors, root);
        foreach (var validator in applicable)
            validator.Validate(mesh, fields);
    }
}
