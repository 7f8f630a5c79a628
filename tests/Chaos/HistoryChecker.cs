using System.Security.Cryptography;

namespace McpMesh.Chaos;

/// <summary>
/// Holds what agents were told against what was done and what was recorded:
/// an acknowledged call has exactly one effect, and its result is that effect's; no other call has more than one; every effect has an
/// intent and an outcome; an unknown outcome was not known.
/// </summary>
internal sealed class HistoryChecker(IReadOnlyList<Operation> operations, ILookup<string, string> effects, ILookup<string, AuditRecord> records)
{
    /// <param name="effects">What was done, by operation: what the result must name.</param>
    public static IReadOnlyList<Violation> Check(
        IReadOnlyList<Operation> operations, IEnumerable<(string Operation, string Id)> effects, IEnumerable<AuditRecord> records)
    {
        var checker = new HistoryChecker(
            operations, effects.ToLookup(effect => effect.Operation, effect => effect.Id), records.ToLookup(record => record.ArgumentDigest));
        return [.. operations.SelectMany(checker.Check), .. checker.Strangers()];
    }

    private IEnumerable<Violation> Check(Operation operation)
    {
        var done = effects[operation.Id].ToArray();
        if (operation.End == OperationEnd.Acknowledged)
        {
            if (done.Length != 1) yield return Broken(operation, $"an acknowledged call has exactly one effect, this has {done.Length}");
            else if (operation.Result?.Contains(done[0], StringComparison.Ordinal) != true)
                yield return Broken(operation, $"the result of an acknowledged call is that of its effect, which is {done[0]}");
        }
        else if (done.Length > 1)
        {
            yield return Broken(operation, $"a call has at most one effect, this has {done.Length}");
        }

        if (done.Length == 0 && operation.End != OperationEnd.OutcomeUnknown) yield break;
        var recorded = records["sha256:" + Convert.ToHexStringLower(SHA256.HashData(operation.Arguments))].ToArray();
        if (!recorded.Any(record => record.Kind == "intent")) yield return Broken(operation, "an effect has an intent in the audit log");
        var outcomes = recorded.Where(record => record.Kind == "outcome").ToArray();
        if (outcomes.Length == 0) yield return Broken(operation, "an effect has an outcome in the audit log");
        if (operation.End == OperationEnd.OutcomeUnknown && !outcomes.Any(outcome => outcome.Outcome == "unknown"))
            yield return Broken(operation, "an outcome that an agent was told is unknown is recorded as unknown");
        if (outcomes.GroupBy(outcome => outcome.CallId).Any(call => call.Count() > 1))
            yield return Broken(operation, "a call has one outcome in the audit log");
    }

    private IEnumerable<Violation> Strangers()
    {
        var known = operations.Select(operation => operation.Id).ToHashSet(StringComparer.Ordinal);
        return effects.Where(effect => !known.Contains(effect.Key))
            .Select(effect => new Violation("an effect belongs to a call", effect.Key, [.. effect]));
    }

    private static Violation Broken(Operation operation, string rule) => new(rule, $"{operation.Id} {operation.Tool}", operation.History);
}
