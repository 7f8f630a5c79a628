using System.Security.Cryptography;

namespace McpMesh.Configuration.Reload;

/// <summary>Tells one content of the file and its overlay from another.</summary>
internal sealed record ContentFingerprint(string File, string Overlay)
{
    public static ContentFingerprint Of(string path, string? environment)
    {
        var overlay = string.IsNullOrEmpty(environment)
            ? ""
            : HashOf(Path.Combine(Path.GetDirectoryName(path)!, "overlays", environment.ToLowerInvariant() + ".yaml"));
        return new ContentFingerprint(HashOf(path), overlay);
    }

    private static string HashOf(string path)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return unreadable.GetType().Name;
        }
    }
}
