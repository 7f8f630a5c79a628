using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace McpMesh.AuditSink.Reading;

/// <summary>Parameters of <c>GET /events</c>.</summary>
/// <param name="Transaction">Only events of this transaction; null for all.</param>
/// <param name="Limit">Most events, 1 to 1000; default 100.</param>
/// <param name="After">Id of the event behind which to start; null for the first.</param>
internal sealed record EventQuery(string? Transaction, int Limit, string? After)
{
    internal const int MaxText = 2048;
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    internal static bool TryParse(
        IQueryCollection query, [NotNullWhen(true)] out EventQuery? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        string? transaction = null, after = null;
        var limit = DefaultLimit;
        foreach (var (name, values) in query)
        {
            // An unknown name is most likely a misspelt filter, and without its filter the answer would be somebody else's events.
            if (name is not ("txn" or "limit" or "after"))
            {
                error = $"'{(name.Length > 32 ? name[..32] : name)}' is not a parameter; there are txn, limit and after";
                return false;
            }
            if (values.Count != 1 || values[0] is not { Length: > 0 and <= MaxText } value)
            {
                error = $"{name} must be given once, with 1 to {MaxText} characters";
                return false;
            }
            switch (name)
            {
                case "txn":
                    transaction = value;
                    break;
                case "after":
                    after = value;
                    break;
                default:
                    var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
                    if (isNumber && limit is >= 1 and <= MaxLimit) break;
                    error = $"limit must be a whole number from 1 to {MaxLimit}";
                    return false;
            }
        }
        parsed = new EventQuery(transaction, limit, after);
        error = null;
        return true;
    }
}
