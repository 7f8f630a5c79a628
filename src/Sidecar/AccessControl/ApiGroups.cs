using System.Collections.Frozen;

namespace McpMesh.Sidecar.AccessControl;

/// <summary>The groups that API lists may name.</summary>
internal static class ApiGroups
{
    public static readonly IReadOnlyList<string> Names =
    [
        "invoke", "state", "publish", "bindings", "secrets", "actors", "metadata", "configuration", "lock", "unlock", "crypto",
        "subtlecrypto", "workflows", "healthz", "jobs", "shutdown", "conversation",
    ];

    private static readonly string[] WorkflowVerbs = ["Start", "Get", "Terminate", "RaiseEvent", "Purge", "Pause", "Resume"];

    private static readonly FrozenDictionary<string, string[]> Methods = new Dictionary<string, string[]>
    {
        ["invoke.v1"] = ["InvokeService"],
        ["state.v1"] = ["GetState", "GetBulkState", "SaveState", "DeleteState", "DeleteBulkState", "ExecuteStateTransaction"],
        ["state.v1alpha1"] = ["QueryStateAlpha1"],
        ["publish.v1"] = ["PublishEvent", "BulkPublishEvent"],
        ["publish.v1alpha1"] = ["BulkPublishEventAlpha1"],
        ["subscribe.v1alpha1"] = ["SubscribeTopicEventsAlpha1"],
        ["bindings.v1"] = ["InvokeBinding"],
        ["secrets.v1"] = ["GetSecret", "GetBulkSecret"],
        ["actors.v1"] =
        [
            "RegisterActorTimer", "UnregisterActorTimer", "RegisterActorReminder", "GetActorReminder", "UnregisterActorReminder",
            "UnregisterActorRemindersByType", "ListActorReminders", "GetActorState", "ExecuteActorStateTransaction", "InvokeActor",
        ],
        ["actors.v1alpha1"] = ["SubscribeActorEventsAlpha1"],
        ["metadata.v1"] = ["GetMetadata", "SetMetadata"],
        ["configuration.v1alpha1"] = ["GetConfigurationAlpha1", "SubscribeConfigurationAlpha1", "UnsubscribeConfigurationAlpha1"],
        ["configuration.v1"] = ["GetConfiguration", "SubscribeConfiguration", "UnsubscribeConfiguration"],
        ["lock.v1alpha1"] = ["TryLockAlpha1"],
        ["unlock.v1alpha1"] = ["UnlockAlpha1"],
        ["subtlecrypto.v1alpha1"] =
        [
            "SubtleGetKeyAlpha1", "SubtleEncryptAlpha1", "SubtleDecryptAlpha1", "SubtleSignAlpha1", "SubtleVerifyAlpha1",
            "SubtleWrapKeyAlpha1", "SubtleUnwrapKeyAlpha1",
        ],
        ["crypto.v1alpha1"] = ["EncryptAlpha1", "DecryptAlpha1"],
        ["workflows.v1alpha1"] = Workflows("Alpha1"),
        ["workflows.v1beta1"] = Workflows("Beta1"),
        ["jobs.v1alpha1"] =
            ["ScheduleJobAlpha1", "DeleteJobAlpha1", "GetJobAlpha1", "DeleteJobsByPrefixAlpha1", "ListJobsAlpha1"],
        ["jobs.v1"] = ["ScheduleJob", "DeleteJob", "GetJob", "DeleteJobsByPrefix", "ListJobs"],
        ["shutdown.v1"] = ["Shutdown"],
        ["conversation.v1alpha1"] = ["ConverseAlpha1"],
        ["conversation.v1alpha2"] = ["ConverseAlpha2"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The gRPC methods of a group; null when it has none of that version.</summary>
    public static IReadOnlyList<string>? MethodsOf(string name, string version) => Methods.GetValueOrDefault($"{name}.{version}");

    private static string[] Workflows(string version) =>
        [.. WorkflowVerbs.Select(verb => $"{verb}Workflow{version}")];
}
