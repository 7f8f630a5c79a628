using System.Runtime.CompilerServices;

namespace McpMesh.Grpc.Client;

/// <summary>A server stream that is meant to last: opened again whenever it ends, until the reader stops.</summary>
/// <param name="open">Opens the stream once: mostly a call of <see cref="GrpcChannel.StreamAsync"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">A delay is not positive, or the longest is shorter than the first.</exception>
public sealed class ReconnectingStream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, ReconnectOptions? options = null)
{
    private readonly ReconnectOptions _options = Checked(options ?? new ReconnectOptions());

    /// <summary>Every message of every stream. Ends only by <paramref name="cancellationToken"/>, a final status, or a failure that is no
    /// <see cref="GrpcException"/>.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var failures = 0;
        while (true)
        {
            var opened = _options.TimeProvider.GetTimestamp();
            GrpcException? lost = null;
            await using (var messages = OpenOnceAsync(cancellationToken).GetAsyncEnumerator(cancellationToken))
            {
                while (true)
                {
                    try
                    {
                        if (!await messages.MoveNextAsync()) break;
                    }
                    catch (GrpcException error) when (!_options.FinalStatuses.Contains(error.Code))
                    {
                        lost = error;
                        break;
                    }

                    failures = 0;
                    yield return messages.Current;
                }
            }

            if (_options.TimeProvider.GetElapsedTime(opened) >= _options.LongestDelay) failures = 0;
            var delay = DelayAfter(++failures);
            _options.Lost?.Invoke(lost, delay);
            await Task.Delay(delay, _options.TimeProvider, cancellationToken);
        }
    }

    /// <summary>A failure to open is one of the stream's, also when it is thrown at the call.</summary>
    private async IAsyncEnumerable<T> OpenOnceAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in open(cancellationToken).WithCancellation(cancellationToken)) yield return message;
    }

    private static ReconnectOptions Checked(ReconnectOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.FirstDelay, TimeSpan.Zero, nameof(options.FirstDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LongestDelay, options.FirstDelay, nameof(options.LongestDelay));
        return options;
    }

    /// <summary>Between a half and the whole of the doubled delay: many workers that lost one server do not come back at one moment.</summary>
    private TimeSpan DelayAfter(int failures)
    {
        var doubled = _options.FirstDelay * Math.Pow(2, Math.Min(failures, 30) - 1);
        var most = doubled < _options.LongestDelay ? doubled : _options.LongestDelay;
        return most * (0.5 + Random.Shared.NextDouble() / 2);
    }
}
