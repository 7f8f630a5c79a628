using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Free loopback ports for one application. They come from blocks below the range of outgoing connections, and a lock file per
/// block keeps several hosts on one machine (parallel tests) from choosing the same port before their processes bind it.
/// </summary>
internal sealed class PortBlock : IDisposable
{
    private const int First = 20_000;
    private const int BlockSize = 64;
    private const int Blocks = 180;

    private readonly List<FileStream> _locks = [];
    private int _next;
    private int _end;

    public int Take()
    {
        while (true)
        {
            if (_next == _end) Reserve();
            var port = _next++;
            if (IsFree(IPAddress.Loopback, port)) return port;
        }
    }

    public static bool IsFree(IPAddress address, int port)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, port));
            probe.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var held in _locks) held.Dispose();
    }

    private void Reserve()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"aspire-ports-{Environment.UserName}")).FullName;
        var start = Random.Shared.Next(Blocks);
        for (var offset = 0; offset < Blocks; offset++)
        {
            var block = (start + offset) % Blocks;
            var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{block}.lock"));
            try
            {
                _locks.Add(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                // Another application has this block.
                continue;
            }

            _next = First + (block * BlockSize);
            _end = _next + BlockSize;
            return;
        }

        throw new DistributedApplicationException("No free loopback ports are left for this application.");
    }
}
