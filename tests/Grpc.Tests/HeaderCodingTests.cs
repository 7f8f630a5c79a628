using FsCheck;
using FsCheck.Fluent;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Tests;

public sealed class HeaderCodingTests
{
    [Theory]
    [InlineData("plain text, as it is!", "plain text, as it is!")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\r\nb\0", "a%0D%0Ab%00")]
    [InlineData("é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80")]
    [InlineData("", "")]
    public void Messages_are_percent_encoded_as_the_specification_says(string text, string encoded)
    {
        Assert.Equal(encoded, StatusMessage.Encode(text));
        Assert.Equal(text, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("100 %", "100 %")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("%", "%")]
    [InlineData("%25zz", "%zz")]
    [InlineData("%FF", "\uFFFD")]
    [InlineData("%+1", "%+1")]
    public void A_badly_encoded_message_is_kept_as_far_as_it_goes(string encoded, string text) =>
        Assert.Equal(text, StatusMessage.Decode(encoded));

    [Fact]
    public void Every_message_comes_back_as_it_was() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            // Lone surrogates have no UTF-8 form.
            var unicode = string.Concat(text.Get.EnumerateRunes());
            var encoded = StatusMessage.Encode(unicode);
            Assert.All(encoded, c => Assert.InRange(c, ' ', '~'));
            Assert.Equal(unicode, StatusMessage.Decode(encoded));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("x")]
    [InlineData("€")]
    [InlineData("%")]
    public void A_message_too_long_for_a_header_is_cut_between_characters(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 10_000));

        var encoded = StatusMessage.Encode(text);

        Assert.InRange(encoded.Length, StatusMessage.MostEncoded - 12, StatusMessage.MostEncoded);
        Assert.StartsWith(StatusMessage.Decode(encoded), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1S", 1_000)]
    [InlineData("250m", 250)]
    [InlineData("2M", 120_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("5000u", 5)]
    [InlineData("7000000n", 7)]
    [InlineData("99999999m", 99_999_999)]
    public void Timeouts_are_read_in_every_unit(string text, double milliseconds)
    {
        Assert.True(TimeoutHeader.TryParse(text, out var timeout));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1s")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("1SS")]
    public void What_is_no_timeout_is_refused(string text) => Assert.False(TimeoutHeader.TryParse(text, out _));

    [Fact]
    public void The_longest_timeout_there_is_can_be_read()
    {
        Assert.True(TimeoutHeader.TryParse("99999999H", out var timeout));
        Assert.Equal(TimeSpan.FromHours(99_999_999), timeout);
    }

    [Fact]
    public void A_written_timeout_is_never_shorter_than_the_callers_and_at_most_a_unit_longer() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt>((ticks, scale) =>
        {
            var timeout = TimeSpan.FromTicks(ticks.Get * (long)Math.Pow(10, scale.Get % 10));
            Assert.True(TimeoutHeader.TryParse(TimeoutHeader.Format(timeout), out var read));
            Assert.True(read >= timeout, $"{read} < {timeout}");
            Assert.True(read - timeout <= TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, timeout.Ticks / 100)), $"{read} {timeout}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/gRPC; charset=utf-8", true)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpcx", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_grpc_with_protobuf_is_grpc(string? contentType, bool grpc) => Assert.Equal(grpc, MediaType.IsGrpc(contentType));
}
