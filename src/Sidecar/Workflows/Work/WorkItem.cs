using Google.Protobuf;
using McpMesh.DaprProtos;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>A turn or an activity on its way to a worker and back.</summary>
internal sealed class WorkItem(string key, EncodedWorkItem message)
{
    private readonly TaskCompletionSource<IMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What an answer names it by: the instance, and for an activity its task.</summary>
    public string Key { get; } = key;

    public EncodedWorkItem Message { get; } = message;

    public bool IsActivity => Message.RequestCase == EncodedWorkItem.RequestOneofCase.ActivityRequest;

    /// <summary>The worker's WorkflowResponse or ActivityResponse; fails when it cannot come any more.</summary>
    public Task<IMessage> Answer => _answer.Task;

    /// <summary>Ends when the answer is written, with why it is not where it is not.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Who works on it.</summary>
    public WorkerStream? Stream { get; set; }

    /// <summary>The next item of the same key, which has to wait: an answer could not be told from that to this one.</summary>
    public WorkItem? Next { get; set; }

    /// <summary>Each delivery has its own token, so that a late answer to an earlier one is known for what it is.</summary>
    public void Renew()
    {
        Stream = null;
        Message.CompletionToken = Guid.NewGuid().ToString("n");
    }

    public bool IsAnsweredBy(string token) => token.Length == 0 || token == Message.CompletionToken;

    public void SetAnswer(IMessage answer) => _answer.TrySetResult(answer);

    public void Fail(Exception reason) => _answer.TrySetException(reason);

    public void Settle() => _settled.TrySetResult();

    public void Refuse(Exception reason)
    {
        _settled.TrySetException(reason);
        _ = _settled.Task.Exception; // Nobody may wait for it.
    }
}
