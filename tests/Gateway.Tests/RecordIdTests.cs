using McpMesh.Gateway.Records;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

public sealed class RecordIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void An_id_is_a_uuid_of_version_7_with_the_time_in_front()
    {
        var id = Guid.ParseExact(new RecordIds(new MovableClock { Now = Now }).Next(), "D");

        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 0x8, 0xB);
        Assert.Equal(Guid.CreateVersion7(Now).ToString()[..13], id.ToString()[..13]);
    }

    [Fact]
    public async Task No_two_ids_are_equal_however_many_ask_at_once()
    {
        const int Askers = 8;
        const int Each = 1000;
        var ids = new RecordIds(new MovableClock { Now = Now });

        var taken = await Task.WhenAll(
            Enumerable.Range(0, Askers).Select(_ => Task.Run(() => Enumerable.Range(0, Each).Select(_ => ids.Next()).ToList())));

        Assert.Equal(Askers * Each, taken.SelectMany(id => id).Distinct().Count());
    }
}
