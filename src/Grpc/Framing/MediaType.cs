namespace McpMesh.Grpc.Framing;

/// <summary><c>application/grpc</c>, alone, with parameters, or with the suffix of the one codec there is here: <c>+proto</c>.</summary>
internal static class MediaType
{
    public const string Grpc = "application/grpc";

    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = contentType.AsSpan(Grpc.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase)) rest = rest["+proto".Length..];
        rest = rest.TrimStart();
        return rest.IsEmpty || rest[0] == ';';
    }
}
