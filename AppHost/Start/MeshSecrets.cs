using System.Security.Cryptography;
using System.Text.Json;

namespace McpMesh.AppHost.Start;

/// <summary>The secrets of one mesh, made at its first start: the file behind the Dapr secret store, readable by its owner only.</summary>
/// <param name="IdpClientSecret">Client secret of the mesh AS at the IdP.</param>
/// <param name="EmaIdpSecret">Client secret of the enterprise-managed agent at the IdP.</param>
internal sealed record MeshSecrets(string IdpClientSecret, string EmaIdpSecret)
{
    private const string IdpClientSecretKey = "idp-client-secret";
    private const string EmaIdpSecretKey = "ema-idp-secret";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <exception cref="MeshStartException">The file is there but is not ours to read.</exception>
    public static MeshSecrets LoadOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        try
        {
            using var stream = File.OpenRead(path);
            var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(stream) ?? [];
            return new MeshSecrets(secrets[IdpClientSecretKey], secrets[EmaIdpSecretKey]);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or UnauthorizedAccessException)
        {
            throw new MeshStartException($"the secrets file '{path}' cannot be used. Move it away to have a new one made.");
        }
    }

    private static void Create(string path)
    {
        var secrets = new Dictionary<string, string>
        {
            [IdpClientSecretKey] = RandomText(),
            [EmaIdpSecretKey] = RandomText(),
            ["ema-agent-secret"] = RandomText(),
            ["session-key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["signing-key"] = SigningKeySet.Create(),
        };
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // A host that dies here leaves a draft, never half a file.
        var draft = path + ".tmp";
        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, secrets, Indented);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
    }

    private static string RandomText() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
