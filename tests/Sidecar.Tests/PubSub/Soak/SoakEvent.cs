namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>One event of a soak; its number tells it from all others.</summary>
/// <param name="Fate">What its subscriber makes of it.</param>
internal sealed record SoakEvent(int Number, string Topic, SoakFate Fate)
{
    public string Json => $$"""{"n":{{Number}},"padding":"{{new string('x', Number % 500)}}"}""";
}
