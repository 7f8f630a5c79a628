using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Protocol.Tests;

public sealed class EnvelopeProperties
{
    private static readonly Gen<string> Text =
        Gen.OneOf(
            Gen.Elements("", "a", "é", "\\u00e9", "\\\"", "世界", "\\\\", "\\n", " x "),
            Gen.Choose(32, 126).Where(c => c is not '"' and not '\\').ArrayOf().Select(c => string.Concat(c.Select(i => (char)i))));

    private static Gen<string> Value(int size) => size <= 0
        ? Gen.OneOf(Gen.Elements("0", "-1.50", "1e5", "true", "false", "null"), Text.Select(t => $"\"{t}\""))
        : Gen.OneOf(
            Value(0),
            Value(size / 3).ArrayOf().Select(items => $"[{string.Join(" , ", items)}]"),
            Members(size / 3).Select(members => $"{{{members}}}"));

    private static Gen<string> Members(int size) =>
        Value(size).ArrayOf().Select(values => string.Join(',', values.Select((value, i) => $"\"k{i}\" :{value}")));

    private static readonly Gen<string> Call =
        from arguments in Gen.Sized(size => Members(Math.Min(size, 30)))
        from name in Text
        from extra in Value(9)
        from inner in Gen.Shuffle([$"\"name\" : \"{name}\"", $"\"arguments\":{{{arguments}}}", "\"_meta\":{\"progressToken\":5}"])
        let parameters = "\"params\":{" + string.Join(" ,", inner) + "}"
        from order in Gen.Shuffle(["\"method\":\"tools/call\"", "\"id\": 1", "\"jsonrpc\":\"2.0\"", "\"x\":" + extra, parameters])
        select "{" + string.Join(",\n", order) + "}";

    [Fact]
    public void A_splice_leaves_every_other_byte_alone() =>
        Prop.ForAll(Arb.From(Call), Arb.From(Text), (call, other) =>
        {
            var body = Encoding.UTF8.GetBytes(call);
            Assert.True(JsonRpcEnvelopeReader.TryRead(body, 64, out var envelope, out var fault), fault?.Message + call);
            var output = new ArrayBufferWriter<byte>();
            var replacement = JsonSplice.Quote(other);

            JsonSplice.Write(body, [new JsonEdit(envelope.Name, replacement)], output);

            var result = output.WrittenSpan;
            Assert.True(result[..envelope.Name.Start].SequenceEqual(body.AsSpan(0, envelope.Name.Start)));
            Assert.True(result[(envelope.Name.Start + replacement.Length)..].SequenceEqual(body.AsSpan(envelope.Name.End)));
            using var document = JsonDocument.Parse(output.WrittenMemory);
            Assert.Equal(other, document.RootElement.GetProperty("params").GetProperty("name").GetString());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Members_can_be_put_into_any_object() =>
        Prop.ForAll(Arb.From(Members(9)), members =>
        {
            var body = Encoding.UTF8.GetBytes("{\"a\": { " + members + " }}");
            var output = new ArrayBufferWriter<byte>();
            JsonSplice.Write(body, [JsonSplice.Prepend(body, new JsonRange(6, body.Length - 7), "\"new\":1"u8)], output);
            using var document = JsonDocument.Parse(output.WrittenMemory);
            Assert.Equal(1, document.RootElement.GetProperty("a").GetProperty("new").GetInt32());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_never_crash_the_reader() =>
        Prop.ForAll<byte[]>(bytes => { JsonRpcEnvelopeReader.TryRead(bytes, 64, out _, out _); }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_call_with_one_byte_changed_never_crashes_the_reader() =>
        Prop.ForAll(Arb.From(Call), Arb.From(Gen.Choose(0, 100_000)), Arb.From(Gen.Choose(0, 255)), (call, at, value) =>
        {
            var body = Encoding.UTF8.GetBytes(call);
            body[at % body.Length] = (byte)value;
            var isRead = JsonRpcEnvelopeReader.TryRead(body, 64, out var envelope, out var fault);
            Assert.Equal(isRead, envelope is not null);
            Assert.Equal(isRead, fault is null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_member_named_twice_is_refused_at_any_depth_and_in_any_spelling() =>
        Prop.ForAll(Arb.From(Members(9)), Arb.From(Gen.Choose(0, 8)), Arb.From(Gen.Elements("dup", "\\u0064up", "du\\u0070")),
            (members, depth, spelling) =>
        {
            var separator = members.Length > 0 ? "," : "";
            var body = Encoding.UTF8.GetBytes(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"x\":" + string.Concat(Enumerable.Repeat("[{\"n\":", depth))
                + "{\"dup\":1," + members + separator + "\"" + spelling + "\":2}" + string.Concat(Enumerable.Repeat("}]", depth)) + "}}");
            Assert.False(JsonRpcEnvelopeReader.TryRead(body, 64, out _, out var fault));
            Assert.Equal(JsonRpcErrorCode.InvalidRequest, fault.Code);
        }).QuickCheckThrowOnFailure();
}
