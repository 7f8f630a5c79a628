using McpMesh.AppHost.Start;

namespace McpMesh.AppHost.Tests.Start;

public sealed class DataFolderTests
{
    [Fact]
    public void A_second_mesh_on_the_same_folder_is_refused_and_told_who_holds_it()
    {
        using var temporary = new TemporaryFolder();
        using var first = DataFolder.Acquire(temporary.Path);

        var error = Assert.Throws<MeshStartException>(() => DataFolder.Acquire(temporary.Path));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_folder_is_free_again_after_its_mesh_has_ended()
    {
        using var temporary = new TemporaryFolder();
        DataFolder.Acquire(temporary.Path).Dispose();

        using var second = DataFolder.Acquire(temporary.Path);

        Assert.Equal(temporary.Path, second.Path);
    }

    [Fact]
    public void The_run_file_of_a_killed_mesh_is_removed()
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary.File("endpoints.json"), "{}");

        using var folder = DataFolder.Acquire(temporary.Path);

        Assert.False(File.Exists(folder.EndpointsFile));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary.File("file"), "");

        var error = Assert.Throws<MeshStartException>(() => DataFolder.Acquire(Path.Combine(temporary.File("file"), "data")));

        Assert.Contains("cannot be used", error.Message, StringComparison.Ordinal);
    }
}
