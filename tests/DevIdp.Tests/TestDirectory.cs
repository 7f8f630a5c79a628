namespace McpMesh.DevIdp.Tests;

/// <summary>An idp.yaml for tests.</summary>
internal static class TestDirectory
{
    public const string Callback = "https://app.example.test/callback";
    public const string Audience = "https://as.example.test";
    public const string Gateway = "https://gateway.example.test/mcp";
    public const string Analytics = "https://analytics.example.test/mcp";

    public const string Dana =
        "- { id: u-dana, username: dana, password: dana-password, name: Dana, email: dana@shop.example, groups: [engineering] }";

    public static string Yaml(string dana = Dana, string extraClients = "") => $$"""
        issuer: {{RunningIdp.Issuer}}
        idTokenLifetime: 1h
        refreshTokenLifetime: 24h
        idJagLifetime: 5m
        users:
          {{dana}}
          - { id: u-sam, username: sam, password: sam-password, groups: [site-reliability] }
        clients:
          - { id: app, secret: "app:secret/1", redirectUris: [{{Callback}}], postLogoutRedirectUris: [https://app.example.test/] }
          - { id: other, secret: other-secret, redirectUris: [{{Callback}}] }
          - { id: native, redirectUris: [http://127.0.0.1/callback] }
        {{extraClients}}
        crossAppAccess:
          - client: app
            audience: {{Audience}}
            clientIdAtAudience: app-at-as
            resources:
              - { resource: {{Gateway}}, scopes: [logs.*, analytics.query] }
              - { resource: {{Analytics}}, scopes: [analytics.*] }
        """;
}
