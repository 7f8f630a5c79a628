namespace Dapr.Client;

/// <summary>Operation within a state transaction.</summary>
public enum StateOperationType
{
    /// <summary>Insert or replace.</summary>
    Upsert,

    /// <summary>Delete.</summary>
    Delete,
}
