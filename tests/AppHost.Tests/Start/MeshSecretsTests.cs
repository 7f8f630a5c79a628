using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost.Tests.Start;

public sealed class MeshSecretsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("secrets.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Secrets_are_made_once_and_kept()
    {
        var first = MeshSecrets.LoadOrCreate(Path);

        Assert.Equal(first, MeshSecrets.LoadOrCreate(Path));
        Assert.NotEqual(first.IdpClientSecret, first.EmaIdpSecret);
    }

    [Fact]
    public void Only_their_owner_can_read_them()
    {
        MeshSecrets.LoadOrCreate(Path);

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void The_store_holds_every_secret_of_the_mesh()
    {
        MeshSecrets.LoadOrCreate(Path);
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path))!;

        Assert.Equal(
            ["ema-agent-secret", "ema-idp-secret", "idp-client-secret", "session-key", "signing-key"],
            secrets.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(32, Convert.FromBase64String(secrets["session-key"]).Length);
    }

    [Fact]
    public void The_signing_key_is_a_private_ES256_key()
    {
        using var set = JsonDocument.Parse(SigningKeySet.Create());
        var key = Assert.Single(set.RootElement.GetProperty("keys").EnumerateArray());
        byte[] Part(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());

        using var signer = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Part("d"),
            Q = new ECPoint { X = Part("x"), Y = Part("y") },
        });
        var signature = signer.SignData("data"u8, HashAlgorithmName.SHA256);

        Assert.True(signer.VerifyData("data"u8, signature, HashAlgorithmName.SHA256));
        Assert.Equal(("EC", "P-256", "sig", "ES256"), (Text("kty"), Text("crv"), Text("use"), Text("alg")));
        Assert.NotEmpty(Text("kid")!);

        string? Text(string name) => key.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_damaged_file_is_refused_and_kept(string content)
    {
        File.WriteAllText(Path, content);

        Assert.Throws<MeshStartException>(() => MeshSecrets.LoadOrCreate(Path));

        Assert.Equal(content, File.ReadAllText(Path));
    }
}
