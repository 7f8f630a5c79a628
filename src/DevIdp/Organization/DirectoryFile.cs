using McpMesh.Configuration;

namespace McpMesh.DevIdp.Organization;

/// <summary>
/// idp.yaml on disk. The file's stamp is compared at every use, so that a removed user or group counts for the very next token; a file that
/// does not load leaves the last good state in force and says so once.
/// </summary>
internal sealed partial class DirectoryFile
{
    private readonly string _path;
    private readonly ILogger<DirectoryFile> _logger;
    private readonly Lock _gate = new();
    private OrganizationDirectory _current;
    private (DateTime Written, long Length) _stamp;

    /// <exception cref="MeshConfigurationException">The file does not load: the service does not start.</exception>
    public DirectoryFile(DevIdpOptions options, ILogger<DirectoryFile> logger)
    {
        (_path, _logger) = (options.ConfigurationPath, logger);
        _stamp = Stamp();
        _current = Read();
    }

    /// <summary>The state of the file now.</summary>
    public OrganizationDirectory Current
    {
        get
        {
            lock (_gate)
            {
                var stamp = Stamp();
                if (stamp != _stamp) Reload(stamp);
                return _current;
            }
        }
    }

    private void Reload((DateTime Written, long Length) stamp)
    {
        _stamp = stamp;
        try
        {
            var read = Read();
            if (read.Settings.Issuer != _current.Settings.Issuer)
            {
                IssuerChanged(_path);
                return;
            }

            _current = read;
            Reloaded(_path, read.Settings.Users.Length, read.Settings.Clients.Length);
        }
        catch (Exception e) when (e is MeshConfigurationException or IOException or UnauthorizedAccessException)
        {
            NotReloaded(_path, e.Message);
        }
    }

    private OrganizationDirectory Read() => OrganizationDirectory.Create(MeshFile.Read<IdpConfiguration>(_path), _path);

    private (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
    }

    [LoggerMessage(1, LogLevel.Information, "{Path} reloaded: {Users} users, {Clients} clients.")]
    private partial void Reloaded(string path, int users, int clients);

    [LoggerMessage(2, LogLevel.Error, "{Path} does not load; the last good state stays in force. {Errors}")]
    private partial void NotReloaded(string path, string errors);

    [LoggerMessage(3, LogLevel.Error, "{Path} names another issuer; that needs a restart. The last good state stays in force.")]
    private partial void IssuerChanged(string path);
}
