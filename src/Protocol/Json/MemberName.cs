namespace McpMesh.Protocol;

/// <summary>One member name that was seen, chained within its hash bucket.</summary>
/// <param name="Hash">Hash over the object and the unescaped name.</param>
/// <param name="Parent">Number of the object that the member belongs to.</param>
/// <param name="Start">Offset in the document, or the complement of the offset among the unescaped names.</param>
/// <param name="Length">Bytes of the unescaped name.</param>
/// <param name="Next">Index of the next entry in the bucket plus one; 0 ends the chain.</param>
internal readonly record struct MemberName(int Hash, int Parent, int Start, int Length, int Next);
