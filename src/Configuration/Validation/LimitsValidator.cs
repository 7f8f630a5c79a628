namespace McpMesh.Configuration.Validation;

/// <summary>Bounds must bound: none may be zero, negative or absurd.</summary>
internal sealed class LimitsValidator : IMeshValidator
{
    private const int LargestBody = 256 * 1024 * 1024;

    public IReadOnlyList<string> Sections { get; } = ["limits"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var limits = mesh.Limits;
        errors.Require(
            limits.MaxBodyBytes is >= 1024 and <= LargestBody, MeshFields.Limits.Field("maxBodyBytes"),
            $"must be between 1024 and {LargestBody}");
        errors.Require(limits.MaxDepth is >= 4 and <= 256, MeshFields.Limits.Field("maxDepth"), "must be between 4 and 256");
        errors.Require(limits.CallTimeout > TimeSpan.Zero, MeshFields.Limits.Field("callTimeout"), "must be more than 0");
        errors.Require(limits.SessionIdle > TimeSpan.Zero, MeshFields.Limits.Field("sessionIdle"), "must be more than 0");
    }
}
