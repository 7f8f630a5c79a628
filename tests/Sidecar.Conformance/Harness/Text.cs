namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>Messages of the facts page: exact, or up to an ellipsis where an engine's own words follow.</summary>
internal static class Text
{
    public static void Matches(string expected, string actual)
    {
        if (expected.EndsWith('…')) Assert.StartsWith(expected[..^1], actual, StringComparison.Ordinal);
        else Assert.Equal(expected, actual);
    }
}
