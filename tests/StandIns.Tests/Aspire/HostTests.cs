using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using StandIns.Tests.Aspire.Probe;

namespace StandIns.Tests.Aspire;

/// <summary>The application host as a process of its own, ended from outside.</summary>
public sealed class HostTests : ApplicationTest
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task No_process_outlives_the_host_however_it_ends(string signal)
    {
        // env: whoever was started in the background ignores SIGINT, and so does all that it starts.
        using var host = Process.Start(new ProcessStartInfo("env")
        {
            ArgumentList = { "--default-signal=INT", "dotnet", "exec", ProbeResourceExtensions.Assembly, "--services", "yes" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // The reaper ends the rest of what a failed test leaves.
        using var atTheLatest = Limit.Register(host.Kill);
        var errors = host.StandardError.ReadToEndAsync(Limit);
        var processes = new List<int>();
        while (processes.Count < 3)
        {
            var line = await host.StandardOutput.ReadLineAsync(Limit) ?? throw new InvalidOperationException(await errors);
            // Lines carry the name of their resource, padded to equal width.
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, "pid", var pid, "listens"]) continue;
            Assert.Contains(name, new[] { "first", "second-1", "second-2" });
            Assert.StartsWith(name.PadRight("second".Length + 2) + " pid", line, StringComparison.Ordinal);
            processes.Add(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.All(processes, process => Assert.True(IsRunning(process)));
        using (var kill = Process.Start("kill", ["-s", signal, host.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Limit);
        }

        await host.WaitForExitAsync(Limit);
        if (signal != "KILL") Assert.Equal(0, host.ExitCode);
        // After a kill the reaper does it, a moment later.
        if (signal == "KILL") await UntilAsync(() => Task.FromResult(!processes.Exists(IsRunning)));
        Assert.All(processes, process => Assert.False(IsRunning(process)));
    }

    [Fact]
    public async Task Applications_run_side_by_side_on_ports_of_their_own()
    {
        await StartAsync(model => model.AddProbe("service").WithHttpEndpoint(port: 5000));
        await using var other = await DistributedApplicationTestingBuilder.CreateAsync<Program>(Limit);
        other.AddProbe("service").WithHttpEndpoint(port: 5000);
        var second = await other.BuildAsync(Limit);
        await second.StartAsync(Limit);

        await HealthyAsync("service");
        await second.ResourceNotifications.WaitForResourceHealthyAsync("service", Limit);

        Assert.NotEqual(App.GetEndpoint("service"), second.GetEndpoint("service"));
        Assert.NotEqual(5000, App.GetEndpoint("service").Port);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => StartAsync(model =>
        {
            model.Configuration["DcpPublisher:RandomizePorts"] = "false";
            model.AddProbe("service").WithHttpEndpoint(port: port);
        }));

        Assert.Equal($"Port {port} of resource 'service' (endpoint 'http') is in use by another process.", error.Message);
    }

    [Fact]
    public async Task An_endpoint_is_unknown_before_the_start_and_under_a_wrong_name()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(Limit);
        builder.AddProbe("service");
        var application = await builder.BuildAsync(Limit);

        Assert.Throws<InvalidOperationException>(() => application.GetEndpoint("service"));
        await application.StartAsync(Limit);
        Assert.Throws<ArgumentException>(() => application.GetEndpoint("nobody"));
        Assert.Throws<ArgumentException>(() => application.GetEndpoint("service", "grpc"));
    }

    [Fact]
    public async Task Two_resources_of_one_name_are_refused()
    {
        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => StartAsync(model =>
        {
            model.AddProbe("service");
            model.AddProbe("Service");
        }));

        Assert.Equal("Cannot add resource 'Service': a resource with that name already exists.", error.Message);
    }
}
