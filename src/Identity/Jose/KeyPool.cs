using System.Collections.Concurrent;

namespace McpMesh.Identity.Jose;

/// <summary>
/// Imported key objects for concurrent use. The framework promises no thread safety for <c>ECDsa</c> and <c>RSA</c> instances, so each
/// operation has one to itself; there are never more than operations that ever ran at once.
/// </summary>
internal sealed class KeyPool<T>(Func<T> import) where T : class, IDisposable
{
    private readonly ConcurrentBag<T> _idle = [];

    public T Rent() => _idle.TryTake(out var key) ? key : import();

    public void Return(T key) => _idle.Add(key);
}
