using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost.Tests.Start;

public sealed class FixedPortsTests
{
    [Fact]
    public void A_port_in_use_is_named_with_its_resource()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var builder = DistributedApplication.CreateBuilder();
        builder.AddExecutable("service", "true", ".").WithHttpEndpoint(port: port);

        var error = Assert.Throws<MeshStartException>(() => FixedPorts.ThrowIfInUse(builder));

        Assert.Contains($"{port} (service)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_ports_are_not_checked()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var builder = DistributedApplication.CreateBuilder(["--DcpPublisher:RandomizePorts=true"]);
        builder.AddExecutable("service", "true", ".").WithHttpEndpoint(port: ((IPEndPoint)holder.LocalEndpoint).Port);

        FixedPorts.ThrowIfInUse(builder);
    }
}
