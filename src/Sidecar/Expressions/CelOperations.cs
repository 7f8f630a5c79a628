namespace McpMesh.Sidecar.Expressions;

/// <summary>What CEL's operators and functions do with values (cel-spec). An operand that is an error stays it.</summary>
internal static class CelOperations
{
    public static CelValue Select(CelValue target, string field)
    {
        if (target.IsError) return target;
        if (target.Kind != CelKind.Map) return CelValue.Error($"no field '{field}': {NameOf(target)} has no fields");
        return target.Json.TryGetProperty(field, out var value) ? CelValue.Of(value) : CelValue.Error($"no such key: {field}");
    }

    public static CelValue Has(CelValue target, string field)
    {
        if (target.IsError) return target;
        return target.Kind == CelKind.Map
            ? CelValue.Of(target.Json.TryGetProperty(field, out _))
            : CelValue.Error($"no field '{field}': {NameOf(target)} has no fields");
    }

    public static CelValue Index(CelValue target, CelValue index)
    {
        if (target.IsError) return target;
        if (index.IsError) return index;
        switch (target.Kind)
        {
            case CelKind.Map when index.Kind == CelKind.Text:
                return Select(target, index.Text);
            case CelKind.Map:
                return CelValue.Error($"no such key: {NameOf(index)}");
            case CelKind.List when TryWhole(index, out var place):
                var length = LengthOf(target);
                if (place < 0 || place >= length) return CelValue.Error($"index {place} is out of bounds");
                return target.IsJson ? CelValue.Of(target.Json[(int)place]) : target.Elements[place];
            default:
                return CelValue.Error($"{NameOf(target)} cannot be indexed by {NameOf(index)}");
        }
    }

    public static CelValue Equal(CelValue left, CelValue right, bool expected)
    {
        if (left.IsError) return left;
        return right.IsError ? right : CelValue.Of(CelEquality.AreEqual(left, right) == expected);
    }

    /// <param name="holds">Told the sign of left minus right.</param>
    public static CelValue Compare(CelValue left, CelValue right, Func<int, bool> holds)
    {
        if (left.IsError) return left;
        if (right.IsError) return right;
        if (left.IsNumber && right.IsNumber)
            return CelValue.Of(CelNumbers.TryCompare(left, right, out var sign) && holds(sign)); // NaN is in no order
        return (left.Kind, right.Kind) switch
        {
            (CelKind.Text, CelKind.Text) => CelValue.Of(holds(CelText.Compare(left.Text, right.Text))),
            (CelKind.Boolean, CelKind.Boolean) => CelValue.Of(holds(left.Boolean.CompareTo(right.Boolean))),
            _ => CelValue.Error($"{NameOf(left)} and {NameOf(right)} have no order"),
        };
    }

    public static CelValue In(CelValue item, CelValue container)
    {
        if (item.IsError) return item;
        if (container.IsError) return container;
        switch (container.Kind)
        {
            case CelKind.Map:
                return CelValue.Of(item.Kind == CelKind.Text && container.Json.TryGetProperty(item.Text, out _));
            case CelKind.List when container.IsJson:
                foreach (var element in container.Json.EnumerateArray())
                {
                    if (CelEquality.AreEqual(item, CelValue.Of(element)))
                        return CelValue.Of(true);
                }

                return CelValue.Of(false);
            case CelKind.List:
                return CelValue.Of(Array.Exists(container.Elements, element => CelEquality.AreEqual(item, element)));
            default:
                return CelValue.Error($"{NameOf(container)} contains nothing");
        }
    }

    public static CelValue Size(CelValue target) => target.Kind switch
    {
        CelKind.Error => target,
        CelKind.Text => CelValue.Of(CelText.Length(target.Text)),
        CelKind.List => CelValue.Of((long)LengthOf(target)),
        CelKind.Map => CelValue.Of((long)target.Json.GetPropertyCount()),
        _ => CelValue.Error($"{NameOf(target)} has no size"),
    };

    public static CelValue TestText(CelValue target, CelValue argument, Func<string, string, bool> test)
    {
        if (target.IsError) return target;
        if (argument.IsError) return argument;
        return target.Kind == CelKind.Text && argument.Kind == CelKind.Text
            ? CelValue.Of(test(target.Text, argument.Text))
            : CelValue.Error($"a text function cannot take {NameOf(target)} and {NameOf(argument)}");
    }

    public static string NameOf(CelValue value) => NameOf(value.Kind);

    public static string NameOf(CelKind kind) => kind switch
    {
        CelKind.Null => "null",
        CelKind.Boolean => "a bool",
        CelKind.Integer => "an int",
        CelKind.Unsigned => "a uint",
        CelKind.Double => "a double",
        CelKind.Text => "a string",
        CelKind.List => "a list",
        CelKind.Map => "a map",
        _ => "a value",
    };

    private static int LengthOf(CelValue list) => list.IsJson ? list.Json.GetArrayLength() : list.Elements.Length;

    private static bool TryWhole(CelValue index, out long place)
    {
        place = index.Kind switch
        {
            CelKind.Integer => index.Integer,
            CelKind.Unsigned => index.Unsigned <= long.MaxValue ? (long)index.Unsigned : long.MaxValue,
            CelKind.Double => Math.Abs(index.Double) < int.MaxValue ? (long)index.Double : -1,
            _ => -1,
        };
        return index.Kind is CelKind.Integer or CelKind.Unsigned
            || (index.Kind == CelKind.Double && Math.Floor(index.Double) == index.Double);
    }
}
