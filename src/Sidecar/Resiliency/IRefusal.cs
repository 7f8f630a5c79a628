namespace McpMesh.Sidecar.Resiliency;

/// <summary>
/// An exception that says no failure: the target did its work and refused, as with an ETag that does not match. The circuit counts a
/// success, and no retry follows.
/// </summary>
internal interface IRefusal;
