namespace McpMesh.Cli.Demo;

/// <summary>A person of the demo: credentials of the development IdP, and what the policy must let them do.</summary>
/// <param name="Role">Role in mesh.yaml, shown to the reader.</param>
/// <param name="Username">User at the development IdP.</param>
/// <param name="Password">Password there (config/idp/idp.yaml).</param>
/// <param name="Permitted">Methods that must succeed.</param>
/// <param name="Denied">Methods that must be denied.</param>
internal sealed record DemoPersona(
    string Role, string Username, string Password, IReadOnlyList<string> Permitted, IReadOnlyList<string> Denied)
{
    private static readonly string[] Reads = ["logs.read", "analytics.query", "cost.query"];

    /// <summary>May look, may not act.</summary>
    public static DemoPersona Developer { get; } = new("developer", "dana", "dana-dev-password", Reads, ["incidents.trigger"]);

    /// <summary>May do the whole job.</summary>
    public static DemoPersona Sre { get; } = new(
        "sre", "sam", "sam-dev-password", [.. Reads, "incidents.trigger", "incidents.summary.post"], []);
}
