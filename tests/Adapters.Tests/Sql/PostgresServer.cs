using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace McpMesh.Adapters.Tests.Sql;

/// <summary>
/// A real PostgreSQL of this test run: its own data folder, socket and port, gone at the end. Without an installed server it fails.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly string[] Folders = [
        "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin", "/usr/local/bin", "/usr/bin"];
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-pg-").FullName;
    private Process? _server;

    /// <summary>Connection string of a role that may only read, although the tests do not rely on it.</summary>
    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var bin = Folders.FirstOrDefault(
            folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            ?? throw new InvalidOperationException(
                "These tests need a PostgreSQL server: install the Debian package postgresql (initdb and postgres).");
        var data = Path.Combine(_folder, "data");
        // PostgreSQL refuses to run as root: the account of the package runs it then.
        if (Environment.UserName == "root") await RunAsync("chown", ["postgres", _folder]);
        await RunAsync(Path.Combine(bin, "initdb"), ["-D", data, "-U", "mesh", "-A", "trust", "--no-sync", "-E", "UTF8"], asServer: true);
        var port = FreePort();
        _server = Start(Path.Combine(bin, "postgres"), ["-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c",
            $"unix_socket_directories={_folder}", "-c", "fsync=off"], asServer: true);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=mesh;Database=postgres;Timeout=5";
        await WaitUntilReadyAsync(_server);
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand("""
            CREATE TABLE orders (id int PRIMARY KEY, status text, amount numeric(10,2), placed_at timestamptz, paid boolean);
            INSERT INTO orders
            SELECT n, CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'paid' END, n * 1.25,
              '2026-11-19T14:00:00Z'::timestamptz + n * interval '1 second', n % 4 <> 0
            FROM generate_series(1, 500) AS n;
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            // setpriv became the server itself, so the signal reaches it.
            await RunAsync("kill", ["-TERM", $"{_server.Id}"]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await _server.WaitForExitAsync(patience.Token);
        }
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task WaitUntilReadyAsync(Process server)
    {
        // The server says so itself; nothing is polled.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await server.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                _ = server.StandardError.ReadToEndAsync(CancellationToken.None); // keeps its pipe from filling
                return;
            }
        }
        throw new InvalidOperationException("PostgreSQL ended before it was ready.");
    }

    private static async Task RunAsync(string file, string[] arguments, bool asServer = false)
    {
        using var process = Start(file, arguments, asServer);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} failed: {errors}");
    }

    private static Process Start(string file, string[] arguments, bool asServer)
    {
        var asOther = asServer && Environment.UserName == "root";
        var start = new ProcessStartInfo(asOther ? "setpriv" : file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (asOther)
        {
            foreach (var argument in new[] { "--reuid=postgres", "--regid=postgres", "--init-groups", "--", file })
                start.ArgumentList.Add(argument);
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
