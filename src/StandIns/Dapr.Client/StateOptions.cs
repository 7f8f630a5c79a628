#nullable disable
namespace Dapr.Client;

/// <summary>Consistency and concurrency of one state operation; unset means the store's default.</summary>
public class StateOptions
{
    /// <summary>Consistency.</summary>
    public ConsistencyMode? Consistency { get; set; }

    /// <summary>Concurrency.</summary>
    public ConcurrencyMode? Concurrency { get; set; }
}
