using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Sessions;

/// <summary>
/// AES-256-GCM with the secret <c>session-key</c>. Session id and subject are authenticated with the text, so that a record moved to
/// another
/// user's place does not open.
/// </summary>
internal sealed class SessionCipher(ISecretSource secrets)
{
    private const string SecretName = "session-key";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Base64 of nonce, ciphertext and tag.</summary>
    public async ValueTask<string> SealAsync(IdpTokens tokens, string sessionId, string subject, CancellationToken cancellationToken)
    {
        using var cipher = await OpenCipherAsync(cancellationToken);
        var plain = JsonSerializer.SerializeToUtf8Bytes(tokens, SessionJson.Default.IdpTokens);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length),
            Binding(sessionId, subject));
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Opens; null when the record was tampered with, moved, or sealed with a key that is gone.</summary>
    public async ValueTask<IdpTokens?> OpenAsync(SsoSession session, CancellationToken cancellationToken)
    {
        using var cipher = await OpenCipherAsync(cancellationToken);
        try
        {
            var bytes = Convert.FromBase64String(session.Sealed);
            if (bytes.Length < NonceBytes + TagBytes) return null;
            var plain = new byte[bytes.Length - NonceBytes - TagBytes];
            cipher.Decrypt(
                bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain,
                Binding(session.Id, session.Subject));
            return JsonSerializer.Deserialize(plain, SessionJson.Default.IdpTokens);
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    // A session id is base64url: the separator cannot be part of it, so the pair has one spelling.
    private static byte[] Binding(string sessionId, string subject) => Encoding.UTF8.GetBytes($"{sessionId}|{subject}");

    private async ValueTask<AesGcm> OpenCipherAsync(CancellationToken cancellationToken)
    {
        var key = Convert.FromBase64String(await secrets.GetAsync(SecretName, cancellationToken));
        return key.Length == KeyBytes
            ? new AesGcm(key, TagBytes)
            : throw new InvalidOperationException($"The secret {SecretName} must be {KeyBytes} bytes in base64.");
    }
}
