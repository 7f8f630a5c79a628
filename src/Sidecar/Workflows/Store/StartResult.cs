namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What became of the wish to start an instance.</summary>
internal enum StartResult
{
    Created,

    /// <summary>The same parent has made it for the same task already.</summary>
    Known,

    /// <summary>There is an instance of that id which has not ended.</summary>
    Active,

    /// <summary>The instance of that id has ended, but not all of its children.</summary>
    ChildrenActive,
}
