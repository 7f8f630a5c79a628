namespace McpMesh.Sidecar.Expressions;

/// <summary>int, uint and double in one order, exact where a conversion would round.</summary>
internal static class CelNumbers
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;

    /// <summary>False when one of them is not a number.</summary>
    public static bool TryCompare(CelValue left, CelValue right, out int sign)
    {
        sign = 0;
        if ((left.Kind == CelKind.Double && double.IsNaN(left.Double)) || (right.Kind == CelKind.Double && double.IsNaN(right.Double)))
            return false;
        sign = (left.Kind, right.Kind) switch
        {
            (CelKind.Double, CelKind.Double) => left.Double.CompareTo(right.Double),
            (CelKind.Double, _) => -CompareToDouble(right, left.Double),
            (_, CelKind.Double) => CompareToDouble(left, right.Double),
            (CelKind.Integer, CelKind.Integer) => left.Integer.CompareTo(right.Integer),
            (CelKind.Unsigned, CelKind.Unsigned) => left.Unsigned.CompareTo(right.Unsigned),
            (CelKind.Integer, _) => left.Integer < 0 ? -1 : ((ulong)left.Integer).CompareTo(right.Unsigned),
            _ => right.Integer < 0 ? 1 : left.Unsigned.CompareTo((ulong)right.Integer),
        };
        return true;
    }

    private static int CompareToDouble(CelValue whole, double real)
    {
        var floor = Math.Floor(real);
        int sign;
        if (whole.Kind == CelKind.Integer)
        {
            if (real >= TwoTo63) return -1;
            if (real < -TwoTo63) return 1;
            sign = whole.Integer.CompareTo((long)floor);
        }
        else
        {
            if (real >= TwoTo64) return -1;
            if (real < 0) return 1;
            sign = whole.Unsigned.CompareTo((ulong)floor);
        }

        return sign == 0 && floor < real ? -1 : sign;
    }
}
