using System.Text.Json;

namespace McpMesh.Adapters.Sql;

/// <summary>One statement with the bounds of its answer.</summary>
/// <param name="Text">SQL.</param>
/// <param name="Parameters">Values of <c>$1</c>, <c>$2</c>, …: strings, numbers, booleans and nulls.</param>
/// <param name="MaxRows">Most rows.</param>
/// <param name="MaxBytes">Most bytes of all rows as JSON.</param>
/// <param name="Timeout">Longest run.</param>
internal sealed record SqlQuery(string Text, IReadOnlyList<JsonElement> Parameters, int MaxRows, int MaxBytes, TimeSpan Timeout);
