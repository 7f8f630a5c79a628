using System.Globalization;

namespace McpMesh.Sidecar.Hosting;

/// <summary>Sizes as Kubernetes writes them: <c>4Mi</c>, <c>64Ki</c>, <c>1M</c>, plain bytes.</summary>
internal static class ByteQuantity
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("k", 1000), ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("", 1)];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (suffix, factor) = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (!long.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > (1L << 40) / factor)
        {
            return false;
        }

        bytes = number * factor;
        return bytes > 0;
    }
}
