namespace Dapr.Common.Serialization;

/// <summary>Turns inputs, outputs, event payloads and statuses into text and back. Null is the empty text.</summary>
public interface IDaprSerializer
{
    /// <summary>The text of <paramref name="value"/>.</summary>
    string Serialize<T>(T value);

    /// <summary>The text of <paramref name="value"/>.</summary>
    /// <param name="value">May be null.</param>
    /// <param name="inputType">As which type it is written; null is its own.</param>
    string Serialize(object? value, Type? inputType = null);

    /// <summary>The value of <paramref name="data"/>; the default of <typeparamref name="T"/> for null or no text.</summary>
    T? Deserialize<T>(string? data);

    /// <summary>The value of <paramref name="data"/>; null for null or no text.</summary>
    object? Deserialize(string? data, Type returnType);
}
