using System.Text.Json;

namespace McpMesh.Sidecar.Expressions;

/// <summary>Values of different types are unequal, numbers are equal by what they count, lists and maps by what they hold.</summary>
internal static class CelEquality
{
    public static bool AreEqual(CelValue left, CelValue right)
    {
        if (left.IsNumber && right.IsNumber) return CelNumbers.TryCompare(left, right, out var sign) && sign == 0;
        if (left.Kind != right.Kind) return false;
        return left.Kind switch
        {
            CelKind.Null => true,
            CelKind.Boolean => left.Boolean == right.Boolean,
            CelKind.Text => AreEqualTexts(left, right),
            CelKind.List => AreEqualLists(left, right),
            CelKind.Map => AreEqualMaps(left.Json, right.Json),
            _ => false,
        };
    }

    private static bool AreEqualTexts(CelValue left, CelValue right)
    {
        if (left.IsJson) return left.Json.ValueEquals(right.Text);
        return right.IsJson ? right.Json.ValueEquals(left.Text) : string.Equals(left.Text, right.Text, StringComparison.Ordinal);
    }

    private static bool AreEqualLists(CelValue left, CelValue right)
    {
        var (first, second) = (ElementsOf(left), ElementsOf(right));
        if (first.Length != second.Length) return false;
        for (var i = 0; i < first.Length; i++)
        {
            if (!AreEqual(first[i], second[i]))
                return false;
        }

        return true;
    }

    private static bool AreEqualMaps(JsonElement left, JsonElement right)
    {
        if (left.GetPropertyCount() != right.GetPropertyCount()) return false;
        foreach (var property in left.EnumerateObject())
        {
            if (!right.TryGetProperty(property.Name, out var other) || !AreEqual(CelValue.Of(property.Value), CelValue.Of(other)))
                return false;
        }

        return true;
    }

    private static CelValue[] ElementsOf(CelValue list) =>
        list.IsJson ? [.. list.Json.EnumerateArray().Select(CelValue.Of)] : list.Elements;
}
