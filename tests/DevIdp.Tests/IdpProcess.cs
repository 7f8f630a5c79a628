using System.Diagnostics;
using System.Threading.Channels;

namespace McpMesh.DevIdp.Tests;

/// <summary>The IdP as a process of its own, configured by its environment. It is killed, never asked to stop.</summary>
internal sealed class IdpProcess : IAsyncDisposable
{
    private readonly Process _process;

    private IdpProcess(Process process) => _process = process;

    public static async Task<(IdpProcess Process, HttpClient Http)> StartAsync(DirectoryInfo folder)
    {
        var idp = new IdpProcess(Process.Start(new ProcessStartInfo("dotnet", typeof(DevIdpApplication).Assembly.Location)
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["MESH_IDP_CONFIG"] = Path.Combine(folder.FullName, "idp.yaml"),
                ["MESH_DATA"] = folder.FullName,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            },
        })!);
        try
        {
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            return (idp, new HttpClient(handler) { BaseAddress = await idp.AddressAsync() });
        }
        catch
        {
            await idp.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<Uri> AddressAsync()
    {
        const string Announcement = "Now listening on: ";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var lines = Channel.CreateUnbounded<string?>();
        _process.OutputDataReceived += (_, line) => lines.Writer.TryWrite(line.Data);
        _process.BeginOutputReadLine();
        while (await lines.Reader.ReadAsync(limit.Token) is { } line)
        {
            var start = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (start >= 0) return new Uri(line[(start + Announcement.Length)..].Trim());
        }

        throw new InvalidOperationException("The IdP ended before it listened.");
    }
}
