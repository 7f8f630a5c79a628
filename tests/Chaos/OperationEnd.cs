namespace McpMesh.Chaos;

internal enum OperationEnd
{
    Unanswered,
    Acknowledged,
    OutcomeUnknown,
    Refused,
}
