using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Gateway.Tests.Runbooks;

/// <summary>Any JSON, with names that pointers must escape and that bindings use themselves.</summary>
internal static class ValueGenerator
{
    private static readonly string[] Names = ["a", "", "a/b", "m~n", "~1", "0", "from", "default", "text", "literal", "é\"\\"];

    private static readonly Gen<string> Scalar = Gen.Elements(
        "null", "true", "false", "0", "-1.50", "1e3", "12345678901234567890", "\"\"", "\"/input\"", "\"\\u0000 \\\" é\"");

    public static Arbitrary<JsonElement> Values { get; } = Arb.From(Gen.Sized(Value).Select(text => JsonElement.Parse(text)));

    private static Gen<string> Value(int size)
    {
        if (size < 2) return Scalar;
        var inner = Value(size / 3);
        return Gen.OneOf(
            Scalar,
            from items in Gen.ListOf(inner, 3) select $"[{string.Join(',', items)}]",
            from names in Gen.SubListOf(Names)
            from values in Gen.ListOf(inner, names.Count)
            select $"{{{string.Join(',', names.Zip(values, (name, value) => $"{JsonSerializer.Serialize(name)}:{value}"))}}}");
    }
}
