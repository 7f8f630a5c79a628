namespace McpMesh.Sidecar.Expressions;

/// <summary>Strings are sequences of code points, in their length and in their order.</summary>
internal static class CelText
{
    public static long Length(string text)
    {
        long count = text.Length;
        foreach (var unit in text)
        {
            if (char.IsLowSurrogate(unit))
                count--;
        }

        return count;
    }

    public static int Compare(string left, string right)
    {
        var shorter = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shorter; i++)
        {
            if (left[i] == right[i]) continue;
            // A surrogate stands for a code point above all others.
            var (first, second) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
            return first == second ? left[i].CompareTo(right[i]) : first.CompareTo(second);
        }

        return left.Length.CompareTo(right.Length);
    }
}
