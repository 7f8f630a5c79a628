using McpMesh.Sidecar.Components;

namespace McpMesh.Sidecar.PubSub;

/// <summary>allowedTopics, protectedTopics, publishingScopes and subscriptionScopes of a component, as they concern this app.</summary>
internal sealed class TopicScopes
{
    private readonly HashSet<string> _allowed;
    private readonly HashSet<string> _protected;
    private readonly HashSet<string>? _publishing;
    private readonly HashSet<string>? _subscribing;

    private TopicScopes(HashSet<string> allowed, HashSet<string> @protected, HashSet<string>? publishing, HashSet<string>? subscribing)
    {
        _allowed = allowed;
        _protected = @protected;
        _publishing = publishing;
        _subscribing = subscribing;
    }

    public static TopicScopes Read(Component component, string appId) => new(
        Topics(component.Find("allowedTopics") ?? ""),
        Topics(component.Find("protectedTopics") ?? ""),
        ForApp(component.Find("publishingScopes"), appId),
        ForApp(component.Find("subscriptionScopes"), appId));

    public bool MayPublish(string topic) => Allows(_publishing, topic);

    public bool MaySubscribe(string topic) => Allows(_subscribing, topic);

    private static HashSet<string> Topics(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);

    // "app1=topic1,topic2;app2=" : app2 may use none, an app that is not listed may use all, one listed twice has both lists.
    private static HashSet<string>? ForApp(string? scopes, string appId)
    {
        var own = (scopes ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(scope => scope.Split('=', StringSplitOptions.TrimEntries))
            .Where(scope => scope.Length > 1 && scope[0] == appId)
            .ToArray();
        return own.Length == 0 ? null : [.. own.SelectMany(scope => Topics(scope[1]))];
    }

    private bool Allows(HashSet<string>? listed, string topic)
    {
        if (_allowed.Count > 0 && !_allowed.Contains(topic)) return false;
        if (_protected.Contains(topic)) return listed is not null && listed.Contains(topic);
        return listed is null || listed.Contains(topic);
    }
}
