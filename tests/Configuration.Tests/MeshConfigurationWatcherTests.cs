using System.Diagnostics;

namespace McpMesh.Configuration.Tests;

public sealed class MeshConfigurationWatcherTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-watch-");
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));

    private string MeshPath => Path.Combine(_folder.FullName, "mesh.yaml");

    public MeshConfigurationWatcherTests() => _folder.CreateSubdirectory("overlays");

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Watch_PresentContent_IsReportedFirst()
    {
        await File.WriteAllTextAsync(MeshPath, Mesh("one"));
        await using var changes = Watch();

        Assert.Equal("one", await NextOrganizationAsync(changes));
    }

    [Fact]
    public async Task Watch_FileIsRenamedOverTheOld_ReportsTheNewContent()
    {
        await File.WriteAllTextAsync(MeshPath, Mesh("one"));
        await using var changes = Watch();
        await NextOrganizationAsync(changes);

        await File.WriteAllTextAsync(MeshPath + ".next", Mesh("two"));
        File.Move(MeshPath + ".next", MeshPath, overwrite: true);

        Assert.Equal("two", await NextOrganizationAsync(changes));
    }

    [Fact]
    public async Task Watch_FolderLinkIsSwappedAsKubernetesDoes_ReportsTheNewContent()
    {
        WriteVersion("..v1", "one");
        WriteVersion("..v2", "two");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "..data"), "..v1");
        File.CreateSymbolicLink(MeshPath, Path.Combine("..data", "mesh.yaml"));
        await using var changes = Watch();
        Assert.Equal("one", await NextOrganizationAsync(changes));

        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "..data_tmp"), "..v2");
        // File.Move follows the link, and Directory.Move does not replace: rename(2) is what the kubelet calls.
        using var rename = Process.Start(
            new ProcessStartInfo("mv", ["-T", "..data_tmp", "..data"]) { WorkingDirectory = _folder.FullName })!;
        await rename.WaitForExitAsync(_patience.Token);
        Assert.Equal(0, rename.ExitCode);

        Assert.Equal("two", await NextOrganizationAsync(changes));
    }

    [Fact]
    public async Task Watch_BrokenContent_ReportsItsErrorsAndThenTheRepair()
    {
        await File.WriteAllTextAsync(MeshPath, Mesh("one"));
        await using var changes = Watch();
        await NextOrganizationAsync(changes);

        await File.WriteAllTextAsync(MeshPath, Mesh("two") + "colour: red\n");
        await changes.MoveNextAsync();
        Assert.Null(changes.Current.Configuration);
        Assert.Equal("colour", changes.Current.Errors.Single().Field);

        await File.WriteAllTextAsync(MeshPath, Mesh("three"));
        Assert.Equal("three", await NextOrganizationAsync(changes));
    }

    [Fact]
    public async Task Watch_OverlayChanges_ReportsTheNewWhole()
    {
        await File.WriteAllTextAsync(MeshPath, Mesh("one"));
        var overlay = Path.Combine(_folder.FullName, "overlays", "test.yaml");
        await File.WriteAllTextAsync(overlay, "organization: two\n");
        await using var changes = Watch("test");
        Assert.Equal("two", await NextOrganizationAsync(changes));

        await File.WriteAllTextAsync(overlay, "organization: three\n");

        Assert.Equal("three", await NextOrganizationAsync(changes));
    }

    [Fact]
    public async Task Watch_SameContentIsWrittenAgain_IsNotReported()
    {
        await File.WriteAllTextAsync(MeshPath, Mesh("one"));
        await using var changes = Watch();
        await NextOrganizationAsync(changes);

        await File.WriteAllTextAsync(MeshPath + ".next", Mesh("one"));
        File.Move(MeshPath + ".next", MeshPath, overwrite: true);
        var next = NextOrganizationAsync(changes);
        await File.WriteAllTextAsync(MeshPath + ".next", Mesh("two"));
        File.Move(MeshPath + ".next", MeshPath, overwrite: true);

        Assert.Equal("two", await next);
    }

    private IAsyncEnumerator<MeshConfigurationChange> Watch(string? environment = null) =>
        new MeshConfigurationWatcher(MeshPath, environment, _ => null).WatchAsync(_patience.Token).GetAsyncEnumerator();

    private static async Task<string?> NextOrganizationAsync(IAsyncEnumerator<MeshConfigurationChange> changes)
    {
        Assert.True(await changes.MoveNextAsync());
        Assert.Empty(changes.Current.Errors);
        return changes.Current.Configuration?.Organization;
    }

    private void WriteVersion(string folder, string organization)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, folder));
        File.WriteAllText(Path.Combine(_folder.FullName, folder, "mesh.yaml"), Mesh(organization));
    }

    private static string Mesh(string organization) => $$"""
        organization: {{organization}}
        identity:
          issuer: http://127.0.0.1:8081
          idp: { issuer: http://127.0.0.1:8090, clientId: a, clientSecret: b, audience: c, grantClientId: d }
        gateway:
          publicUrl: http://127.0.0.1:8080

        """;
}
