namespace McpMesh.Identity.Jose;

/// <summary>Outcome of verifying a JWS: the payload and what the header said, or one reason.</summary>
public readonly record struct JwsResult
{
    /// <summary>The verified payload; null when refused.</summary>
    public byte[]? Payload { get; private init; }

    /// <summary><c>typ</c> as received.</summary>
    public string? Type { get; private init; }

    /// <summary><c>kid</c> of the key that verified; null when the header named none.</summary>
    public string? KeyId { get; private init; }

    /// <summary>The algorithm that verified.</summary>
    public JwsAlgorithm? Algorithm { get; private init; }

    /// <summary>Why it was refused; never quotes the token. Null when it verified.</summary>
    public string? Error { get; private init; }

    /// <summary>Whether the signature verified under the policy.</summary>
    public bool IsValid => Payload is not null;

    internal static JwsResult Accept(byte[] payload, JwsHeader header, JwsAlgorithm algorithm) =>
        new() { Payload = payload, Type = header.Type, KeyId = header.KeyId, Algorithm = algorithm };

    internal static JwsResult Refuse(string error) => new() { Error = error };
}
