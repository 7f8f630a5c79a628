using System.Text.Json.Serialization;

namespace McpMesh.Gateway.Approvals;

/// <summary>Where an approval stands. Only the first can change, once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalStatus>))]
internal enum ApprovalStatus
{
    /// <summary>Nobody has decided.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The call may be made.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    /// <summary>It may not.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Nobody decided in time.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>Who asked took the call back.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}
