using System.Globalization;
using System.Text.RegularExpressions;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>The metadata of <c>configuration.postgresql</c>.</summary>
/// <param name="Connection">In Npgsql's form.</param>
/// <param name="NotifyChannel">Null when requests have to name it.</param>
internal sealed partial record PostgresSettings(string Connection, string Table, string? NotifyChannel, TimeSpan Timeout)
{
    private const int LongestIdentifier = 64;
    private static readonly string[] Unserved = ["useAzureAD", "useAWSIAM"];

    /// <exception cref="StartupException">Something is missing or malformed.</exception>
    public static PostgresSettings Read(Component component)
    {
        foreach (var name in Unserved)
        {
            if (GoTrue(component.Find(name))) throw component.Invalid($"metadata '{name}' is not served by the embedded sidecar");
        }

        var table = component.Find("table") is { Length: > 0 } given
            ? given
            : throw component.Invalid("missing postgreSQL configuration table name");
        if (ProblemOf(table) is { } problem) throw component.Invalid($"metadata 'table' {problem}");
        var channel = component.Find("notifyChannel") ?? component.Find("pgNotifyChannel");
        if (!string.IsNullOrEmpty(channel) && ProblemOf(channel) is { } wrong) throw component.Invalid($"metadata 'notifyChannel' {wrong}");
        var timeout = ReadTimeout(component);
        try
        {
            var connection = PostgresConnection.Read(component.Find, timeout);
            return new PostgresSettings(connection, table, string.IsNullOrEmpty(channel) ? null : channel, timeout);
        }
        catch (FormatException error)
        {
            throw component.Invalid(error.Message);
        }
    }

    /// <summary>What is wrong with the name of a table or channel; null when it can be used.</summary>
    public static string? ProblemOf(string identifier)
    {
        if (identifier.Length > LongestIdentifier) return $"is too long - '{identifier}'. max allowed length is {LongestIdentifier}";
        return Identifier().IsMatch(identifier)
            ? null
            : $"has the invalid name '{identifier}'. non-alphanumerics or upper cased names are not supported";
    }

    private static TimeSpan ReadTimeout(Component component)
    {
        var text = component.Find("timeout") ?? component.Find("timeoutInSeconds");
        if (string.IsNullOrEmpty(text)) return TimeSpan.FromSeconds(20);
        var isRead = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        var timeout = TimeSpan.FromSeconds(seconds);
        if (!isRead) isRead = GoDuration.TryParse(text, out timeout);
        return isRead && timeout >= TimeSpan.FromSeconds(1) && timeout <= TimeSpan.FromHours(1)
            ? timeout
            : throw component.Invalid($"metadata 'timeout' must be from 1s to 1h, not '{text}'");
    }

    private static bool GoTrue(string? text) => PubSub.GoBoolean.TryParse(text ?? "", out var value) && value;

    [GeneratedRegex("^[a-z0-9./_]+$")]
    private static partial Regex Identifier();
}
