namespace McpMesh.Sidecar.Tests.Expressions;

/// <summary>
/// A second, naive reading of CEL over plain objects: null, bool, long, double, string, object lists and dictionaries. An
/// <see cref="Unknown"/> is an error.
/// </summary>
internal abstract record CelModel
{
    public static readonly object Unknown = new();

    public abstract string Text { get; }

    public abstract object? Value(Dictionary<string, object?> cloudEvent);

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (long or double, long or double) => Convert.ToDecimal(left, null) == Convert.ToDecimal(right, null),
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
        (Dictionary<string, object?> a, Dictionary<string, object?> b) =>
            a.Count == b.Count && a.All(item => b.TryGetValue(item.Key, out var other) && AreEqual(item.Value, other)),
        _ => left is not null && left.Equals(right),
    };

    internal sealed record Literal(object? Content) : CelModel
    {
        public override string Text => Content switch
        {
            null => "null",
            bool b => b ? "true" : "false",
            double d => d.ToString("0.0###", System.Globalization.CultureInfo.InvariantCulture),
            string s => "'" + string.Concat(s.Select(c => c is '\'' or '\\' ? $"\\{c}" : $"{c}")) + "'",
            var other => $"{other}",
        };

        public override object? Value(Dictionary<string, object?> cloudEvent) => Content;
    }

    internal sealed record Field(string[] Path, bool Indexed) : CelModel
    {
        public override string Text => "event" + string.Concat(Path.Select(name => Indexed ? $"[\"{name}\"]" : $".{name}"));

        public override object? Value(Dictionary<string, object?> cloudEvent) => Path.Aggregate((object?)cloudEvent, (value, name) =>
            value is Dictionary<string, object?> map && map.TryGetValue(name, out var field) ? field : Unknown);
    }

    internal sealed record Has(Field Asked) : CelModel
    {
        public override string Text => $"has({Asked.Text})";

        public override object? Value(Dictionary<string, object?> cloudEvent) =>
            new Field(Asked.Path[..^1], false).Value(cloudEvent) is Dictionary<string, object?> map
                ? map.ContainsKey(Asked.Path[^1]) : Unknown;
    }

    internal sealed record Relation(CelModel Left, string Operation, CelModel Right) : CelModel
    {
        public override string Text => $"{Left.Text} {Operation} {Right.Text}";

        public override object? Value(Dictionary<string, object?> cloudEvent)
        {
            var (left, right) = (Left.Value(cloudEvent), Right.Value(cloudEvent));
            if (left == Unknown || right == Unknown) return Unknown;
            if (Operation is "==" or "!=") return AreEqual(left, right) == (Operation == "==");
            var order = (left, right) switch
            {
                (long or double, long or double) => Convert.ToDecimal(left, null).CompareTo(Convert.ToDecimal(right, null)),
                (string a, string b) => string.CompareOrdinal(a, b),
                (bool a, bool b) => a.CompareTo(b),
                _ => (int?)null,
            };
            return order is not { } sign ? Unknown : Operation switch
            {
                "<" => sign < 0,
                "<=" => sign <= 0,
                ">" => sign > 0,
                _ => sign >= 0,
            };
        }
    }

    internal sealed record In(CelModel Item, CelModel[] Elements) : CelModel
    {
        public override string Text => $"{Item.Text} in [{string.Join(",", Elements.Select(element => element.Text))}]";

        public override object? Value(Dictionary<string, object?> cloudEvent)
        {
            var item = Item.Value(cloudEvent);
            var elements = Elements.Select(element => element.Value(cloudEvent)).ToArray();
            return item == Unknown || elements.Contains(Unknown) ? Unknown : elements.Any(element => AreEqual(item, element));
        }
    }

    internal sealed record Test(CelModel Target, string Function, string Argument) : CelModel
    {
        public override string Text => $"({Target.Text}).{Function}('{Argument}')";

        public override object? Value(Dictionary<string, object?> cloudEvent) => (Target.Value(cloudEvent), Function) switch
        {
            (string text, "startsWith") => text.StartsWith(Argument, StringComparison.Ordinal),
            (string text, "endsWith") => text.EndsWith(Argument, StringComparison.Ordinal),
            (string text, _) => text.Contains(Argument, StringComparison.Ordinal), // also matches: its patterns here are plain text
            _ => Unknown,
        };
    }

    internal sealed record Not(CelModel Operand) : CelModel
    {
        public override string Text => $"!({Operand.Text})";

        public override object? Value(Dictionary<string, object?> cloudEvent) => Operand.Value(cloudEvent) is bool truth ? !truth : Unknown;
    }

    internal sealed record Junction(CelModel[] Parts, bool IsAnd) : CelModel
    {
        public override string Text => string.Join(IsAnd ? "&&" : " || ", Parts.Select(part => $"({part.Text})"));

        public override object? Value(Dictionary<string, object?> cloudEvent)
        {
            var values = Parts.Select(part => part.Value(cloudEvent)).ToArray();
            if (values.Any(value => value is bool truth && truth != IsAnd)) return !IsAnd;
            return values.All(value => value is bool) ? IsAnd : Unknown;
        }
    }
}
