using System.Text.Json;

namespace McpMesh.Sidecar.Expressions;

/// <summary>A value during evaluation. What comes from JSON stays JSON: no text is made of it before somebody needs it.</summary>
internal readonly struct CelValue
{
    private readonly long _bits;
    private readonly object? _reference;
    private readonly JsonElement _json;

    private CelValue(CelKind kind, long bits = 0, object? reference = null, JsonElement json = default)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
        _json = json;
    }

    public CelKind Kind { get; }

    public static CelValue Null => new(CelKind.Null);

    public bool IsError => Kind == CelKind.Error;

    public bool IsNumber => Kind is CelKind.Integer or CelKind.Unsigned or CelKind.Double;

    public bool Boolean => _bits != 0;

    public long Integer => _bits;

    public ulong Unsigned => (ulong)_bits;

    public double Double => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The reason of an error.</summary>
    public string Reason => (string)_reference!;

    /// <summary>Set for what comes from the event.</summary>
    public JsonElement Json => _json;

    public bool IsJson => _json.ValueKind != JsonValueKind.Undefined;

    /// <summary>The elements of a list written in the expression.</summary>
    public CelValue[] Elements => (CelValue[])_reference!;

    public string Text => IsJson ? _json.GetString()! : (string)_reference!;

    public static CelValue Of(bool value) => new(CelKind.Boolean, value ? 1 : 0);

    public static CelValue Of(long value) => new(CelKind.Integer, value);

    public static CelValue Of(ulong value) => new(CelKind.Unsigned, (long)value);

    public static CelValue Of(double value) => new(CelKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static CelValue Of(string value) => new(CelKind.Text, reference: value);

    public static CelValue Of(CelValue[] elements) => new(CelKind.List, reference: elements);

    public static CelValue Error(string reason) => new(CelKind.Error, reference: reason);

    /// <summary>Numbers of JSON are doubles, as in daprd.</summary>
    public static CelValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new CelValue(CelKind.Map, json: json),
        JsonValueKind.Array => new CelValue(CelKind.List, json: json),
        JsonValueKind.String => new CelValue(CelKind.Text, json: json),
        JsonValueKind.Number => Of(json.GetDouble()),
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        _ => Null,
    };
}
