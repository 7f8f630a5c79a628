using System.Net;
using McpMesh.Identity.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Identity.Tests.Jose;

public sealed class RemoteJsonWebKeySetTests : IAsyncLifetime, IDisposable
{
    private static readonly SigningKey s_first = SigningKey.Generate();
    private static readonly SigningKey s_second = SigningKey.Generate();

    private readonly Clock _clock = new();
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _issuer = null!;
    private RemoteJsonWebKeySet _keys = null!;
    private byte[] _document = new JsonWebKeySet(s_first.PublicKey).ToJson();
    private int _status = StatusCodes.Status200OK;
    private int _fetches;
    private Task _mayAnswer = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _issuer = builder.Build();
        _issuer.MapGet("/jwks", async () =>
        {
            Interlocked.Increment(ref _fetches);
            _asked.TrySetResult();
            await _mayAnswer;
            return _status == StatusCodes.Status200OK ? Results.Bytes(_document) : Results.StatusCode(_status);
        });
        await _issuer.StartAsync();
        _keys = new RemoteJsonWebKeySet(_http, new Uri($"{_issuer.Urls.Single()}/jwks"), time: _clock);
    }

    public async Task DisposeAsync() => await _issuer.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Keys_are_fetched_once_and_kept()
    {
        for (var i = 0; i < 3; i++) Assert.True((await GetAsync(s_first.KeyId)).Contains(s_first.KeyId));
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_fetch()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mayAnswer = gate.Task;
        var waiting = Enumerable.Range(0, 50).Select(_ => GetAsync(s_first.KeyId)).ToArray();
        await _asked.Task;
        gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), keys => Assert.True(keys.Contains(s_first.KeyId)));
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task One_who_stops_waiting_does_not_stop_the_fetch_for_the_others()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mayAnswer = gate.Task;
        using var impatient = new CancellationTokenSource();
        var gone = _keys.GetAsync(null, impatient.Token).AsTask();
        var staying = GetAsync(null);
        await _asked.Task;
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        gate.SetResult();
        Assert.Single((await staying).Keys);
    }

    [Fact]
    public async Task An_unknown_key_is_looked_for_at_most_once_per_interval()
    {
        await GetAsync(s_first.KeyId);
        for (var i = 0; i < 5; i++) Assert.False((await GetAsync("forged")).Contains("forged"));
        Assert.Equal(1, _fetches);

        _clock.Advance(TimeSpan.FromSeconds(11));
        _document = new JsonWebKeySet(s_second.PublicKey, s_first.PublicKey).ToJson();
        Assert.True((await GetAsync(s_second.KeyId)).Contains(s_second.KeyId));
        for (var i = 0; i < 5; i++) await GetAsync("forged");
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten_when_the_keys_are_old()
    {
        await GetAsync(s_first.KeyId);
        _document = new JsonWebKeySet(s_second.PublicKey).ToJson();
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.False((await GetAsync(s_first.KeyId)).Contains(s_first.KeyId));
    }

    [Theory]
    [InlineData(StatusCodes.Status500InternalServerError, "")]
    [InlineData(StatusCodes.Status200OK, "<html>")]
    [InlineData(StatusCodes.Status200OK, """{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    public async Task The_last_good_keys_are_kept_when_a_fetch_fails(int status, string document)
    {
        await GetAsync(s_first.KeyId);
        (_status, _document) = (status, System.Text.Encoding.UTF8.GetBytes(document));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await GetAsync(s_first.KeyId)).Contains(s_first.KeyId));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_set_beyond_the_size_bound_is_not_taken()
    {
        _document = [.. new JsonWebKeySet(s_first.PublicKey).ToJson(), .. new byte[JsonWebKeySet.MaxBytes].Select(_ => (byte)' ')];
        await Assert.ThrowsAsync<JsonWebKeySetUnavailableException>(() => GetAsync(s_first.KeyId));
    }

    [Fact]
    public async Task Without_any_keys_the_failure_is_said_and_tried_again_soon()
    {
        _status = (int)HttpStatusCode.ServiceUnavailable;
        var failure = await Assert.ThrowsAsync<JsonWebKeySetUnavailableException>(() => GetAsync(null));
        Assert.IsType<HttpRequestException>(failure.InnerException);
        _status = StatusCodes.Status200OK;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Single((await GetAsync(null)).Keys);
    }

    [Fact]
    public async Task A_token_signed_with_a_new_key_verifies_after_one_look()
    {
        await GetAsync(null);
        _document = new JsonWebKeySet(s_second.PublicKey).ToJson();
        _clock.Advance(TimeSpan.FromSeconds(11));
        var token = JsonWebSignature.Sign("{}"u8, s_second, "JWT");
        Assert.True((await JsonWebSignature.VerifyAsync(token, _keys, JwsPolicy.Es256("JWT"), CancellationToken.None)).IsValid);
    }

    private Task<JsonWebKeySet> GetAsync(string? keyId) => _keys.GetAsync(keyId, CancellationToken.None).AsTask();

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
