namespace McpMesh.Protocol;

/// <summary>Replaces <see cref="At"/> in a buffer; an <see cref="At"/> of length 0 inserts.</summary>
/// <param name="At">What goes.</param>
/// <param name="Replacement">What comes.</param>
public readonly record struct JsonEdit(JsonRange At, ReadOnlyMemory<byte> Replacement);
