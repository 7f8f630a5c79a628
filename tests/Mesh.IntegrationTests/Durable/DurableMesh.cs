using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>A mesh with a stranger's server whose tools have effects, and runbooks over it, for tests that kill parts of it.</summary>
public sealed class DurableMesh : IAsyncLifetime
{
    private const string Runbooks = """
          taken-back:
            input:
              type: object
              properties: { what: { type: string }, items: { type: array, items: { type: string } } }
              required: [what, items]
              additionalProperties: false
            steps:
              - id: first
                call: effects.act
                with: { what: { from: /input/what } }
                compensate: { call: effects.act, with: { what: { text: ["undo ", { from: /steps/first/0/text }] } } }
              - id: each
                call: effects.act
                forEach: { from: /input/items, parallel: 1 }
                with: { what: { from: /item } }
                compensate: { call: effects.act, with: { what: { text: ["undo ", { from: /steps/each/0/text }] } } }
              - { id: broken, call: analytics.query, with: { sql: SELECT gone FROM nowhere }, retry: { attempts: 2, first: 10ms } }
              - { id: never, call: effects.act, with: { what: never } }
          survives:
            input: { type: object, properties: { what: { type: string } }, required: [what] }
            steps:
              - { id: act, call: effects.act, with: { what: { text: [{ from: /input/what }, " act"] } } }
              - { id: more, call: effects.act, when: { from: /input/more, exists: true }, with: { what: { text: [{ from: /input/what }, " more"] } } }
              - { id: put, call: effects.put, with: { what: { text: [{ from: /input/what }, " put"] } } }
              - { id: each, call: effects.act, forEach: { from: /steps/put, parallel: 3 }, with: { what: { text: [{ from: /input/what }, " each"] } } }
            output: { act: { from: /steps/act/0/text }, each: { from: /steps/each/0/0/text } }
          each:
            input: { type: object, properties: { items: { type: array, items: { type: string } } }, required: [items] }
            steps:
              - { id: each, call: effects.act, forEach: { from: /input/items, parallel: 2, limit: 6 }, when: { from: /item, not: skip }, with: { what: { from: /item } } }
            output: { from: /steps/each }
          late:
            input: { type: object, properties: { what: { type: string } }, required: [what] }
            steps:
              - id: first
                call: effects.act
                with: { what: { text: [{ from: /input/what }, " first"] } }
                compensate: { call: effects.act, with: { what: { text: [undo, { from: /input/what }] } } }
              - { id: late, call: effects.act, with: { what: { text: [{ from: /input/what }, " late"] } }, timeout: 1s, retry: { attempts: 3, first: 1ms } }

        """;

    private AgentSession _session = null!;

    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>Server <c>effects</c>, reached at a URL.</summary>
    public EffectServer Effects { get; private set; } = null!;

    /// <summary>An engineer's token for the gateway.</summary>
    public string Token => _session.AccessToken;

    public async Task InitializeAsync()
    {
        Effects = await EffectServer.StartAsync();
        Mesh = await RunningMesh.StartAsync(Configure);
        _session = await Mesh.SignInAsync("sam", "sam-dev-password");
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await Mesh.DisposeAsync();
        await Effects.DisposeAsync();
    }

    private void Configure(MeshFiles files)
    {
        MeshFiles.Replace(files.IdpYaml, "      - { resource: https://logs.mesh.example/mcp,",
            $"      - {{ resource: {EffectServer.Resource}, scopes: [effects.*] }}\n" +
            "      - { resource: https://logs.mesh.example/mcp,");
        File.WriteAllText(files.IdpYaml, File.ReadAllText(files.IdpYaml)
            .Replace("scopes: [logs.*, analytics", "scopes: [effects.*, logs.*, analytics", StringComparison.Ordinal));
        MeshFiles.Replace(files.MeshYaml, "servers:\n",
            $"servers:\n  effects:\n    url: {Effects.Url}\n    resource: {EffectServer.Resource}\n    tools: [act, put]\n");
        MeshFiles.Replace(files.MeshYaml, "  sre: [",
            "  sre: [effects.act, effects.put, runbooks.taken-back, runbooks.survives, runbooks.each, runbooks.late, ");
        MeshFiles.Replace(files.MeshYaml, "  developer: [", "  developer: [runbooks.taken-back, ");
        MeshFiles.Replace(files.MeshYaml, "  incident-triage:\n", Runbooks + "  incident-triage:\n");
        MeshFiles.Replace(files.MeshYaml, "/callback]   # loopback: any port (RFC 8252 section 7.3)\n    scopes: [",
            "/callback]\n    scopes: [effects.*, ");
    }
}
