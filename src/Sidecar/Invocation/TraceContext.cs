using System.Buffers;
using System.Security.Cryptography;

namespace McpMesh.Sidecar.Invocation;

/// <summary>W3C Trace Context: what comes is passed on; where nothing valid comes, a trace begins here.</summary>
internal static class TraceContext
{
    public const string ParentHeader = "traceparent";
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdef-");

    /// <summary>The request's traceparent, or a new one.</summary>
    public static string ParentOf(IHeaderDictionary headers) =>
        headers.TryGetValue(ParentHeader, out var values) && values.Count == 1 && IsValid(values[0]) ? values[0]! : Create();

    public static bool IsValid(string? value) =>
        value is { Length: >= 55 and <= 128 } && value[2] == '-' && value[35] == '-' && value[52] == '-'
        && !value.AsSpan(0, 55).ContainsAnyExcept(Allowed)
        && value.AsSpan(3, 32).ContainsAnyExcept('0') && value.AsSpan(36, 16).ContainsAnyExcept('0');

    private static string Create() => string.Create(55, 0, static (text, _) =>
    {
        Span<byte> random = stackalloc byte[24];
        RandomNumberGenerator.Fill(random);
        random[0] |= 1; // neither id may be all zeros
        random[16] |= 1;
        "00-".CopyTo(text);
        Convert.TryToHexStringLower(random[..16], text[3..], out _);
        text[35] = '-';
        Convert.TryToHexStringLower(random[16..], text[36..], out _);
        "-01".CopyTo(text[52..]);
    });
}
