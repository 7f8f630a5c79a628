using System.Text.Json.Serialization;
using McpMesh.PolicyDecision.Administration;
using McpMesh.PolicyDecision.AuthZen;

namespace McpMesh.PolicyDecision;

/// <summary>Source-generated JSON of this service's answers and events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PolicyVersionReport))]
[JsonSerializable(typeof(PolicyChanged))]
[JsonSerializable(typeof(EvaluationResponse))]
[JsonSerializable(typeof(DecisionPointMetadata))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class PolicyJsonSerializerContext : JsonSerializerContext;
