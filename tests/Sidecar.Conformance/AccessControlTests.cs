using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.2: the callee enforces its access control; without mTLS daprd knows no caller and applies the default action.</summary>
public sealed class AccessControlTests(AccessControlTests.Mesh mesh) : IClassFixture<AccessControlTests.Mesh>
{
    private const string Denial = "access control policy has denied access to id: ";

    [Fact]
    public async Task A_denied_call_is_403_and_does_not_reach_the_app()
    {
        var answer = await mesh.Http.SendAsync("POST /v1.0/invoke/closed/method/a/b");

        Assert.Equal((403, "ERR_DIRECT_INVOKE"), (answer.Status, answer.Json.GetProperty("errorCode").GetString()));
        Assert.Contains(Denial, answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, mesh.Calls);
    }

    [Fact]
    public async Task Over_gRPC_a_denied_call_is_PermissionDenied()
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => mesh.Grpc.AskAsync(DaprApi.InvokeService, new InvokeServiceRequest
        {
            Id = "closed",
            Message = new InvokeRequest { Method = "a/b", HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Post } },
        }));

        Assert.Equal(GrpcStatusCode.PermissionDenied, error.Code);
        Assert.Equal(0, mesh.Calls);
    }

    public sealed class Mesh : SidecarFixture
    {
        private int _calls;

        internal int Calls => Volatile.Read(ref _calls);

        internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

        internal override void WriteResources()
        {
            WriteConfiguration("config");
            WriteConfiguration("closed", """
                  accessControl:
                    defaultAction: deny
                    trustDomain: public
                """);
        }

        // Flags come in order, and the last configuration has the last word.
        internal override async Task StartOthersAsync(TestApp? app) => await StartAsync(
            "closed",
            Owned(await TestApp.StartAsync(_ =>
            {
                Interlocked.Increment(ref _calls);
                return Task.CompletedTask;
            })),
            "--config", Folder.File("closed.yaml"));
    }
}
