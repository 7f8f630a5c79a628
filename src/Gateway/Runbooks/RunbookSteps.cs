using System.Text.Json;
using Dapr.Workflow;
using McpMesh.Configuration;

namespace McpMesh.Gateway.Runbooks;

/// <summary>
/// The steps of a run, in order, until one fails; then what was done is taken back, the last first. Runs inside the workflow: it awaits
/// nothing but tasks of the context.
/// </summary>
internal sealed class RunbookSteps(WorkflowContext context, RunbookRun run)
{
    private readonly StepCall _call = new(context, run);
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StepReport> _reports = new(StringComparer.Ordinal);
    private readonly List<DoneCall> _done = [];

    /// <summary>How each step ended that was begun, by id.</summary>
    public IReadOnlyDictionary<string, StepReport> Reports => _reports;

    /// <summary>What bindings of the output see.</summary>
    public RunbookScope Scope => new(run.Input, _values);

    /// <summary>The step that failed; null when none did.</summary>
    public async Task<string?> RunAsync()
    {
        foreach (var step in run.Definition.Steps)
        {
            var report = _reports[step.Id] = await RunAsync(step);
            if (report.Value is { } value) _values[step.Id] = value;
            if (report.IsGood) continue;
            await TakeBackAsync();
            return step.Id;
        }

        return null;
    }

    private async Task<StepReport> RunAsync(RunbookStepConfiguration step)
    {
        try
        {
            if (step.When is { } when && !(step.ForEach is not null && RunbookCondition.IsOfItem(when))
                && !RunbookCondition.Holds(when, Scope))
            {
                return StepReport.Skipped;
            }

            return step.ForEach is { } loop
                ? await RunEachAsync(step, RunbookTemplate.Items(loop.From, loop.Limit, Scope), loop.Parallel)
                : await MakeAsync(step, Scope);
        }
        catch (BindingException unbound)
        {
            return StepReport.Failed(unbound.Message);
        }
    }

    private async Task<StepReport> RunEachAsync(RunbookStepConfiguration step, IReadOnlyList<JsonElement> items, int parallel)
    {
        var reports = new StepReport?[items.Count];
        var (next, hasFailed) = (0, false);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(parallel, items.Count)).Select(_ => WorkAsync()));
        var failed = reports.FirstOrDefault(report => report is { IsGood: false });
        return failed is not null
            ? new StepReport { Outcome = failed.Outcome, Reason = failed.Reason, Items = reports }
            : new StepReport { Outcome = "success", Items = reports, Value = ListOf(reports) };

        // A turn of a workflow has one thread, so the workers need no lock.
        async Task WorkAsync()
        {
            while (next < items.Count && !hasFailed)
            {
                var index = next++;
                var report = reports[index] = await RunItemAsync(step, Scope with { Item = items[index], Index = index });
                hasFailed |= !report.IsGood;
            }
        }
    }

    private async Task<StepReport> RunItemAsync(RunbookStepConfiguration step, RunbookScope scope)
    {
        try
        {
            return RunbookCondition.Holds(step.When, scope) ? await MakeAsync(step, scope) : StepReport.Skipped;
        }
        catch (BindingException unbound)
        {
            return StepReport.Failed(unbound.Message);
        }
    }

    private async Task<StepReport> MakeAsync(RunbookStepConfiguration step, RunbookScope scope)
    {
        // No step's id has an underscore, so no two calls have one id.
        var name = scope.Index is { } index ? $"{step.Id}_{index}" : step.Id;
        var report = await _call.MakeAsync(name, step.Call, Arguments(step.With, scope), step.Timeout, step.Retry, step.Approve);
        if (report is { Outcome: "success", Value: { } value } && step.Compensate is not null)
            _done.Add(new DoneCall(step, name, scope with { Steps = With(scope.Steps, step.Id, value) }));
        return report;
    }

    private async Task TakeBackAsync()
    {
        for (var i = _done.Count - 1; i >= 0; i--)
        {
            var (step, name, scope) = _done[i];
            StepReport report;
            try
            {
                var compensate = step.Compensate!;
                var arguments = Arguments(compensate.With, scope);
                report = await _call.MakeAsync(name + "_undo", compensate.Call, arguments, step.Timeout, step.Retry);
            }
            catch (BindingException unbound)
            {
                report = StepReport.Failed(unbound.Message);
            }

            Note(step.Id, scope.Index, report);
        }
    }

    private void Note(string step, int? index, StepReport compensation)
    {
        var report = _reports[step];
        if (index is { } at) report.Items![at] = report.Items[at]! with { Compensation = compensation };
        else _reports[step] = report with { Compensation = compensation };
    }

    private static string Arguments(JsonElement? with, RunbookScope scope) =>
        with is { } template ? RunbookTemplate.Fill(template, scope) : "{}";

    private static Dictionary<string, JsonElement> With(IReadOnlyDictionary<string, JsonElement> values, string step, JsonElement value) =>
        new(values, StringComparer.Ordinal) { [step] = value };

    /// <summary>A skipped item has no value, and its place in the list stays.</summary>
    private static JsonElement ListOf(StepReport?[] reports) => JsonSerializer.SerializeToElement(reports.Select(report => report!.Value));

    private sealed record DoneCall(RunbookStepConfiguration Step, string Name, RunbookScope Scope);
}
