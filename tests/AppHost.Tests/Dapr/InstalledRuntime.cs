using System.Net;
using System.Net.Sockets;

namespace McpMesh.AppHost.Tests.Dapr;

/// <summary>
/// A folder with the programs of a Dapr runtime, of any version: scripts that answer --version and --help as daprd does. They are asked
/// before anything starts; none of them ever runs as a sidecar.
/// </summary>
internal sealed class InstalledRuntime : IDisposable
{
    public const string AllFlags = "--read-buffer-size --max-body-size --scheduler-host-address";
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _redis = new(IPAddress.Loopback, 0);

    public InstalledRuntime() => _redis.Start();

    public string Path => _folder.Path;

    /// <summary>Something that takes connections, as a broker does.</summary>
    public (string Host, int Port) Redis => ("127.0.0.1", ((IPEndPoint)_redis.LocalEndpoint).Port);

    public InstalledRuntime With(string program, string version = "1.18.3", string flags = AllFlags)
    {
        var path = _folder.File(program);
        File.WriteAllText(path, $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo {version}; else echo '{flags}' >&2; exit 2; fi\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    public InstalledRuntime Whole(string version = "1.18.3", string flags = AllFlags) =>
        With("daprd", version, flags).With("placement").With("scheduler");

    public void Dispose()
    {
        _redis.Dispose();
        _folder.Dispose();
    }
}
