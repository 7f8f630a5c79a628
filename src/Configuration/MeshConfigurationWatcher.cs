using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpMesh.Configuration.Reload;

namespace McpMesh.Configuration;

/// <summary>
/// Follows mesh.yaml and its overlay: writes in place, atomic renames, and the symbolic link swaps by which Kubernetes updates mounted
/// configuration.
/// </summary>
public sealed class MeshConfigurationWatcher(
    string path, string? environment = null, Func<string, string?>? variables = null, TimeProvider? timeProvider = null)
{
    // A writer in place makes several events; the file is read when they have ceased.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(50);

    private readonly string _path = Path.GetFullPath(path);
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    /// <summary>
    /// The present content first, then every different one, until cancelled. A content is reported once, however many events it caused; one
    /// that was replaced before it was read is not reported.
    /// </summary>
    public async IAsyncEnumerable<MeshConfigurationChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Watching starts before the first read, so no change falls between the two. One place is enough: a waiting signal covers all later
        // ones.
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watchers = new FolderWatchers(FoldersOf(_path), () => signals.Writer.TryWrite(true));

        ContentFingerprint? reported = null;
        while (true)
        {
            var fingerprint = ContentFingerprint.Of(_path, environment);
            if (fingerprint != reported)
            {
                var change = Load();
                if (ContentFingerprint.Of(_path, environment) != fingerprint)
                    continue;

                reported = fingerprint;
                yield return change;
            }

            await signals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            await AwaitQuietAsync(signals.Reader, cancellationToken).ConfigureAwait(false);
        }
    }

    private MeshConfigurationChange Load()
    {
        try
        {
            return new MeshConfigurationChange(MeshFile.Load(_path, environment, variables), []);
        }
        catch (MeshConfigurationException refused)
        {
            return new MeshConfigurationChange(null, refused.Errors);
        }
    }

    private async Task AwaitQuietAsync(ChannelReader<bool> signals, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var quiet = new CancellationTokenSource(s_quiet, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
            try
            {
                await signals.ReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (quiet.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static IEnumerable<string> FoldersOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return [folder, Path.Combine(folder, "overlays")];
    }
}
