using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Tests.Mesh;
using McpMesh.Policy;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Gateway.Tests;

public sealed class ListTests
{
    private static Func<UpstreamRequest, HttpContext, Task> Pages(string items, params string[][] pages) => (request, http) =>
    {
        var page = request.Cursor is { } cursor ? int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var next = page + 1 < pages.Length ? $",\"nextCursor\":\"{page + 1}\"" : "";
        return UpstreamServer.JsonAsync(
            http, UpstreamServer.Result(request, $$"""{"{{items}}":[{{string.Join(',', pages[page])}}]{{next}} }"""));
    };

    private static string Tool(string name) => $$"""{"name":"{{name}}","inputSchema":{"type":"object","$defs":{"x":{} } } }""";

    private static string[] Names(JsonNode json, string items = "tools", string key = "name") =>
        [.. json["result"]![items]!.AsArray().Select(item => (string)item![key]!)];

    [Fact]
    public async Task Every_page_of_every_server_is_followed_and_only_permitted_tools_are_shown()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Logs.Answer = Pages("tools", [Tool("debug.write"), Tool("unregistered")], [], [Tool("read")]);
        mesh.Echo.Answer = Pages("tools", [Tool("say"), Tool("forbidden")]);
        using var agent = mesh.Agent();

        var (status, json) = await agent.ListAsync();

        Assert.Equal(200, status);
        Assert.Equal(["echo.say", "logs.read"], Names(json));
        Assert.Equal("{}", json["result"]!["tools"]![0]!["inputSchema"]!["$defs"]!["x"]!.ToJsonString());
        Assert.Null(json["result"]!["nextCursor"]);
        Assert.Equal(5000, (int)json["result"]!["ttlMs"]!);
        Assert.Equal("private", (string?)json["result"]!["cacheScope"]);
        Assert.Equal(3, mesh.Logs.Requests.Count);
    }

    [Fact]
    public async Task The_path_of_one_server_shows_its_own_names()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = Pages("tools", [Tool("say"), Tool("forbidden")]);
        using var agent = mesh.Agent(path: "/mcp/echo");

        Assert.Equal(["say"], Names((await agent.ListAsync()).Json));
        Assert.Empty(mesh.Logs.Requests);
    }

    [Fact]
    public async Task A_server_of_which_the_caller_may_use_nothing_is_not_asked()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = Pages("tools", [Tool("say")]);
        using var agent = mesh.Agent(scopes: "echo.say");

        Assert.Equal(["echo.say"], Names((await agent.ListAsync()).Json));
        Assert.Empty(mesh.Logs.Requests);
        Assert.Equal(("dana", "https://echo.test/mcp", "echo.say"), Assert.Single(mesh.Hops.Asked));
    }

    [Fact]
    public async Task Each_caller_sees_its_own_list_whoever_asked_before()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Logs.Answer = Pages("tools", [Tool("read"), Tool("debug.write")]);
        mesh.Echo.Answer = Pages("tools", [Tool("say")]);
        using var developer = mesh.Agent();
        using var sre = mesh.Agent("sam", "reliability");

        Assert.Equal(["echo.say", "logs.read"], Names((await developer.ListAsync()).Json));
        Assert.Equal(["echo.say", "logs.read", "logs.debug.write"], Names((await sre.ListAsync()).Json));
        Assert.Equal(["echo.say", "logs.read"], Names((await developer.ListAsync()).Json));
        Assert.Equal(["Bearer hop.dana.logs.read", "Bearer hop.sam.logs.debug.write+logs.read"],
            mesh.Logs.Requests.Select(request => request.Headers["Authorization"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_is_kept_for_its_caller_until_the_policy_changes()
    {
        await using var mesh = await TestMesh.StartAsync(new LimitsConfiguration { ListCacheFor = TimeSpan.FromHours(1) });
        mesh.Logs.Answer = Pages("tools", [Tool("read")]);
        mesh.Echo.Answer = Pages("tools", [Tool("say")]);
        using var agent = mesh.Agent();
        await agent.ListAsync();
        await agent.ListAsync();
        Assert.Single(mesh.Echo.Requests);

        mesh.Policies.Current = PolicyEngine.Compile(TestMesh.Document(["logs.read"]));

        Assert.Equal(["logs.read"], Names((await agent.ListAsync()).Json));
    }

    [Fact]
    public async Task A_failing_server_hides_nothing_of_the_others()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = Pages("tools", [Tool("say")]);
        mesh.Logs.Answer = (_, http) => UpstreamServer.JsonAsync(http, """{"errorCode":"ERR_DIRECT_INVOKE","message":"x"}""", 500);
        using var agent = mesh.Agent();

        var (_, json) = await agent.ListAsync();

        Assert.Equal(["echo.say"], Names(json));
        var missing = Assert.Single(json["result"]!["_meta"]!["dev.mcpmesh/unavailable"]!.AsArray());
        Assert.Equal(("logs", "The server cannot be reached."), ((string?)missing!["server"], (string?)missing["reason"]));

        mesh.Logs.Answer = Pages("tools", [Tool("read")]);
        Assert.Equal(["echo.say", "logs.read"], Names((await agent.ListAsync()).Json));
    }

    [Theory]
    [InlineData("<html>", 200)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"tools":[{"title":"nameless"}]}}""", 200)]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":{"tools":[]}}""", 200)]
    [InlineData("", 302)]
    public async Task What_is_no_list_counts_as_unavailable(string body, int status)
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (_, http) => UpstreamServer.JsonAsync(http, body, status);
        mesh.Logs.Answer = Pages("tools", [Tool("read")]);
        using var agent = mesh.Agent();

        var (_, json) = await agent.ListAsync();

        Assert.Equal(["logs.read"], Names(json));
        Assert.Equal("echo", (string?)json["result"]!["_meta"]!["dev.mcpmesh/unavailable"]![0]!["server"]);
    }

    [Fact]
    public async Task A_list_without_end_is_cut_off()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Logs.Answer = Pages("tools", [Tool("read")]);
        mesh.Echo.Answer = (request, http) =>
            UpstreamServer.JsonAsync(http, UpstreamServer.Result(request, """{"tools":[],"nextCursor":"again"}"""));
        using var agent = mesh.Agent();

        Assert.Equal(["logs.read"], Names((await agent.ListAsync()).Json));
        Assert.Equal(2, mesh.Echo.Requests.Count);
    }

    [Fact]
    public async Task A_cursor_that_nobody_gave_is_an_invalid_parameter()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        var (_, json) = await agent.AskAsync(agent.Modern(
            $$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x",{{TestAgent.Meta}} } }"""));
        Assert.Equal(-32602, (int)json["error"]!["code"]!);
    }

    [Fact]
    public async Task A_list_that_comes_as_an_event_stream_is_read_too()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = async (request, http) =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync($": hi\n\ndata: {UpstreamServer.Result(request, $$"""{"tools":[{{Tool("say")}}]}""")}\n\n");
        };
        using var agent = mesh.Agent(path: "/mcp/echo");
        Assert.Equal(["say"], Names((await agent.ListAsync()).Json));
    }

    [Fact]
    public async Task Prompts_carry_the_name_of_their_server_and_can_be_got_by_it()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (request, http) => request.Method == "prompts/list"
            ? Pages("prompts", ["""{"name":"greet"}"""])(request, http)
            : UpstreamServer.JsonAsync(http, UpstreamServer.Result(request, $$"""{"description":"{{request.Name}}","messages":[]}"""));
        using var agent = mesh.Agent();

        Assert.Equal(["echo.greet"], Names((await agent.ListAsync("prompts/list")).Json, "prompts"));
        var (_, got) = await agent.AskAsync(agent.Modern(
            $$"""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"echo.greet",{{TestAgent.Meta}} } }"""));

        Assert.Equal("greet", (string?)got["result"]!["description"]);
        var intent = mesh.Audit.Single(AuditEventKind.Intent);
        Assert.Equal(("echo.prompts/get", "echo.say"), (intent.Method, intent.Scope));
    }

    [Fact]
    public async Task Resources_are_told_apart_by_server_and_can_be_read_by_what_the_list_says()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (request, http) => request.Method switch
        {
            "resources/list" => Pages("resources", ["""{"uri":"schema://main","name":"s"}"""])(request, http),
            "resources/templates/list" => Pages("resourceTemplates", ["""{"uriTemplate":"table://{name}","name":"t"}"""])(request, http),
            _ => UpstreamServer.JsonAsync(http, UpstreamServer.Result(
                request, $$"""{"contents":[{"uri":{{request.Json["params"]!["uri"]!.ToJsonString()}},"text":"ok"}]}""")),
        };
        using var agent = mesh.Agent();

        var uri = Assert.Single(Names((await agent.ListAsync("resources/list")).Json, "resources", "uri"));
        Assert.Equal("mesh+echo:schema://main", uri);
        Assert.Equal(["mesh+echo:table://{name}"],
            Names((await agent.ListAsync("resources/templates/list")).Json, "resourceTemplates", "uriTemplate"));
        var (_, read) = await agent.AskAsync(agent.Modern(Read(uri)));

        Assert.Equal("ok", (string?)read["result"]!["contents"]![0]!["text"]);
        Assert.Equal("schema://main", (string?)mesh.Echo.Requests.Last().Json["params"]!["uri"]);
        Assert.Equal("schema://main", mesh.Echo.Requests.Last().Headers["Mcp-Name"]);
    }

    [Theory]
    [InlineData("schema://main")]
    [InlineData("mesh+nowhere:schema://main")]
    [InlineData("mesh+echo:")]
    public async Task An_unknown_resource_is_an_invalid_parameter_that_names_it(string uri)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        var (_, json) = await agent.AskAsync(agent.Modern(Read(uri)));
        Assert.Equal((-32602, uri), ((int)json["error"]!["code"]!, (string?)json["error"]!["data"]!["uri"]));
    }

    [Fact]
    public async Task A_resource_of_a_server_without_any_permitted_tool_is_denied()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Policies.Current = PolicyEngine.Compile(TestMesh.Document(["logs.read"]));
        using var agent = mesh.Agent();

        var (_, json) = await agent.AskAsync(agent.Modern(Read("mesh+echo:schema://main")));

        Assert.Equal(4030, (int)json["error"]!["code"]!);
        Assert.Empty(mesh.Echo.Requests);
        mesh.Audit.Single(AuditEventKind.Denial);
    }

    private static string Read(string uri) =>
        $$"""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"{{uri}}",{{TestAgent.Meta}} } }""";
}
