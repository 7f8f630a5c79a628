namespace McpMesh.Configuration.Validation;

/// <summary>One concern of what makes a configuration meaningful.</summary>
internal interface IMeshValidator
{
    /// <summary>Top-level sections that it looks at; it is not asked while one of them could not be bound.</summary>
    IReadOnlyList<string> Sections { get; }

    /// <summary>Reports everything that is wrong.</summary>
    void Validate(MeshConfiguration mesh, FieldErrors errors);
}
