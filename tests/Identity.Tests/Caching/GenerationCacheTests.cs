using McpMesh.Identity.Caching;

namespace McpMesh.Identity.Tests.Caching;

public sealed class GenerationCacheTests
{
    [Fact]
    public void What_is_in_use_stays_and_what_is_not_goes()
    {
        var cache = new GenerationCache<int, string>(100);
        cache.Set(-1, "in use");
        cache.Set(-2, "forgotten");
        for (var key = 0; key < 1000; key++)
        {
            cache.Set(key, "filler");
            Assert.True(cache.TryGet(-1, out _));
        }

        Assert.False(cache.TryGet(-2, out _));
        Assert.True(Enumerable.Range(0, 1000).Count(key => cache.TryGet(key, out _)) <= 101);
    }

    [Fact]
    public async Task Concurrent_callers_get_the_same_entry()
    {
        var cache = new GenerationCache<int, object>(100);
        var found = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => cache.GetOrAdd(1, static _ => new object(), 0))));
        Assert.Single(found.Distinct());
    }
}
