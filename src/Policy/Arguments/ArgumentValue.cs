using System.Text.Json;

namespace McpMesh.Policy.Arguments;

/// <summary>
/// Where a value stands in the arguments' bytes; <see cref="JsonTokenType.None"/> when it is absent. Containers keep only their kind.
/// </summary>
internal readonly record struct ArgumentValue(JsonTokenType Kind, int Start, int Length)
{
    public bool IsPresent => Kind != JsonTokenType.None;
}
