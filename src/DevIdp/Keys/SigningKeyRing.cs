using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Keys;

/// <summary>
/// The signing keys: one signs, retired ones stay published until nothing that they signed can still be valid. They are on disk before the
/// first token is signed with them, so that a restart breaks no token.
/// </summary>
internal sealed class SigningKeyRing
{
    private readonly string _path;
    private readonly DirectoryFile _directory;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private ImmutableArray<HeldKey> _keys;
    private JsonWebKeySet? _published;
    private DateTimeOffset _publishedUntil;

    public SigningKeyRing(DevIdpOptions options, DirectoryFile directory, TimeProvider time)
    {
        (_directory, _time) = (directory, time);
        _path = Path.Combine(options.DataFolder, "signing-keys.json");
        _keys = File.Exists(_path) ? Load(File.ReadAllBytes(_path)) : [];
        if (_keys.IsEmpty) Rotate();
    }

    /// <summary>The key that signs.</summary>
    public SigningKey Active
    {
        get
        {
            lock (_gate) return _keys[0].Key;
        }
    }

    /// <summary>The public keys of everything that may still be valid.</summary>
    public JsonWebKeySet Published
    {
        get
        {
            var now = _time.GetUtcNow();
            lock (_gate)
            {
                if (_published is not null && now < _publishedUntil) return _published;
                var live = _keys.Where(k => k.PublishedUntil is null || k.PublishedUntil > now).ToList();
                _publishedUntil = live.Min(k => k.PublishedUntil) ?? DateTimeOffset.MaxValue;
                return _published = new(live.Select(k => k.Key.PublicKey));
            }
        }
    }

    /// <summary>Makes a new key the signing one.</summary>
    public SigningKey Rotate()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var until = now + _directory.Current.LongestTokenLifetime;
            var retired = _keys.Select(k => k with { PublishedUntil = k.PublishedUntil ?? until }).Where(k => k.PublishedUntil > now);
            ImmutableArray<HeldKey> keys = [new(SigningKey.Generate(), null), .. retired];
            ProtectedFile.Replace(_path, Save(keys));
            (_keys, _published) = (keys, null);
            return keys[0].Key;
        }
    }

    private static ImmutableArray<HeldKey> Load(byte[] file)
    {
        using var document = JsonDocument.Parse(file);
        var until = document.RootElement.GetProperty("publishedUntil");
        return
        [
            .. SigningKey.FromJwkSet(file).Select(key => new HeldKey(
                key, until.TryGetProperty(key.KeyId, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()) : null)),
        ];
    }

    private static byte[] Save(ImmutableArray<HeldKey> keys)
    {
        var published = keys.Where(k => k.PublishedUntil is not null)
            .Select(k => $"{JsonSerializer.Serialize(k.Key.KeyId)}:{k.PublishedUntil!.Value.ToUnixTimeSeconds()}");
        var jwks = string.Join(',', keys.Select(k => k.Key.ToPrivateJwk()));
        return Encoding.UTF8.GetBytes($$"""{"keys":[{{jwks}}],"publishedUntil":{ {{string.Join(',', published)}} } }""");
    }

    private sealed record HeldKey(SigningKey Key, DateTimeOffset? PublishedUntil);
}
