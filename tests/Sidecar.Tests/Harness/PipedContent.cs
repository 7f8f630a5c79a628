using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>A request body that the test writes while it is being sent.</summary>
internal sealed class PipedContent : HttpContent
{
    private readonly Pipe _pipe = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server wants the body: with <c>Expect: 100-continue</c> it has begun to read it.</summary>
    public Task Asked => _asked.Task;

    public async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void Complete() => _pipe.Writer.Complete();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _asked.TrySetResult();
        while (true)
        {
            var result = await _pipe.Reader.ReadAsync();
            foreach (var piece in result.Buffer) await stream.WriteAsync(piece);
            await stream.FlushAsync();
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }
}
