using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Runbooks: what they call exists, what they bind to is there before, and every number bounds.</summary>
internal sealed class RunbookValidator : IMeshValidator
{
    private const int MostSteps = 64;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);

    public IReadOnlyList<string> Sections { get; } = ["servers", "runbooks"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var tools = MethodCatalog.OfServers(mesh);
        foreach (var (name, runbook) in mesh.Runbooks)
        {
            var field = MeshFields.Runbook(name);
            errors.Require(IsName(name, 64), field, "the name of a runbook must be 1 to 64 of a-z, 0-9 and '-'");
            errors.Require(runbook.Steps.Length is > 0 and <= MostSteps, field.Field("steps"), $"must be 1 to {MostSteps} steps");
            if (runbook.Input is { } schema)
                InputSchemaValidator.Validate(schema, field.Field("input"), errors);

            CheckSteps(mesh, runbook, field.Field("steps"), tools, errors);
            var bindings = new RunbookBindings(runbook, errors);
            foreach (var (index, step) in runbook.Steps.Index())
                bindings.CheckStep(index, step, field.Field("steps").Item(index));

            if (runbook.Output is { } output)
                bindings.CheckOutput(output, field.Field("output"));
        }
    }

    private static void CheckSteps(MeshConfiguration mesh, RunbookConfiguration runbook, FieldPath field, MethodCatalog tools, FieldErrors errors)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, step) in runbook.Steps.Index())
        {
            var at = field.Item(index);
            errors.Require(IsName(step.Id, 32), at.Field("id"), "must be 1 to 32 of a-z, 0-9 and '-'");
            errors.Require(ids.Add(step.Id), at.Field("id"), $"there are two steps '{step.Id}'");
            tools.CheckMethod(step.Call, at.Field("call"), errors);
            if (step.Compensate is { } compensate)
                tools.CheckMethod(compensate.Call, at.Field("compensate").Field("call"), errors);

            CheckWhen(step, at, errors);
            CheckNumbers(step, at, errors);
            if (step.Approve is { } approve)
                CheckApproval(mesh, approve, at.Field("approve"), errors);
        }
    }

    private static void CheckApproval(MeshConfiguration mesh, RunbookApprovalConfiguration approve, FieldPath at, FieldErrors errors)
    {
        errors.Require(!approve.Approvers.IsEmpty, at.Field("approvers"), "must name a role: who may approve?");
        foreach (var (index, role) in approve.Approvers.Index())
            errors.Require(mesh.Roles.ContainsKey(role), at.Field("approvers").Item(index), $"there is no role '{role}'");
        errors.Require(
            approve.Expires >= TimeSpan.FromSeconds(1) && approve.Expires <= s_longestWait, at.Field("expires"), "must be between 1s and 30d");
    }

    private static void CheckWhen(RunbookStepConfiguration step, FieldPath at, FieldErrors errors)
    {
        if (step.When is not { } when)
            return;

        var testsValue = when.EqualTo is not null || when.Not is not null;
        errors.Require(testsValue || when.Exists is not null, at.Field("when"), "tests nothing: give equals, not or exists");
        errors.Require(
            when.EqualTo is null || when.Exists is not false, at.Field("when").Field("exists"), "a value that is absent equals nothing");
    }

    private static void CheckNumbers(RunbookStepConfiguration step, FieldPath at, FieldErrors errors)
    {
        errors.Require(
            step.Timeout is null || (step.Timeout > TimeSpan.Zero && step.Timeout <= s_longestWait), at.Field("timeout"),
            "must be more than 0 and at most 30d");
        if (step.ForEach is { } loop)
        {
            errors.Require(
                loop.Parallel is >= 1 and <= RunbookLoopConfiguration.MostParallel, at.Field("forEach").Field("parallel"),
                $"must be between 1 and {RunbookLoopConfiguration.MostParallel}");
            errors.Require(
                loop.Limit is >= 1 and <= RunbookLoopConfiguration.MostItems, at.Field("forEach").Field("limit"),
                $"must be between 1 and {RunbookLoopConfiguration.MostItems}");
        }

        if (step.Retry is { } retry)
        {
            errors.Require(retry.Attempts is >= 1 and <= 20, at.Field("retry").Field("attempts"), "must be between 1 and 20");
            errors.Require(
                retry.First > TimeSpan.Zero && retry.First <= s_longestPause, at.Field("retry").Field("first"),
                "must be more than 0 and at most 1h");
            errors.Require(retry.Backoff is >= 1 and <= 10, at.Field("retry").Field("backoff"), "must be between 1 and 10");
        }
    }

    private static bool IsName(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
