using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Tests;

public sealed class FlowControlTests
{
    private const int InitialWindow = 65_535;

    [Fact]
    public async Task A_writer_waits_for_the_clients_window_and_goes_on_when_it_opens()
    {
        const int Messages = 1000;
        var payload = ByteString.CopyFrom(new byte[4096]);
        var written = 0;
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Bytes, async (_, responses, _, cancel) =>
            {
                for (; written < Messages; written++) await responses.WriteAsync(new BytesValue { Value = payload }, cancel);
            }));
        using var limit = new CancellationTokenSource(Methods.Hang);
        using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.StartCallAsync(1, Methods.Bytes.Path);
        await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, RawCall.Frame([]));

        var body = new MemoryStream();
        while (body.Length < InitialWindow) await TakeAsync();
        Assert.Equal(InitialWindow, body.Length);

        // What the server sent before it answered the PING is all that it may send: nothing.
        await connection.SendAsync(RawConnection.Ping, 0, 0, new byte[8]);
        while (await TakeAsync() is not { Type: RawConnection.Ping, Flags: RawConnection.Acknowledged }) { }
        Assert.Equal(InitialWindow, body.Length);
        Assert.InRange(Volatile.Read(ref written), 1, Messages - 1);

        var window = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(window, Messages * 5000);
        await connection.SendAsync(RawConnection.WindowUpdate, 0, 0, window);
        await connection.SendAsync(RawConnection.WindowUpdate, 0, 1, window);
        while (await TakeAsync() is not { Type: RawConnection.Headers, Flags: RawConnection.EndStream | RawConnection.EndHeaders }) { }

        body.Position = 0;
        var reader = new MessageReader<BytesValue>(PipeReader.Create(body), BytesValue.Parser, 1 << 20, GrpcStatusCode.Internal);
        var read = 0;
        for (; await reader.ReadAsync(limit.Token) is { } message; read++) Assert.Equal(payload, message.Value);
        Assert.Equal(Messages, read);

        async Task<(byte Type, byte Flags, byte[] Payload)> TakeAsync()
        {
            var frame = await connection.ReceiveAsync(limit.Token);
            if (frame.Type == RawConnection.Data) body.Write(frame.Payload);
            return frame;
        }
    }

    [Fact]
    public async Task A_handler_that_gives_up_on_a_client_that_does_not_read_ends_the_call()
    {
        var giveUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = Task.CompletedTask;
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Bytes, async (_, responses, _, cancel) =>
            {
                var megabyte = new BytesValue { Value = ByteString.CopyFrom(new byte[1 << 20]) };
                write = responses.WriteAsync(megabyte, cancel);
                await giveUp.Task.WaitAsync(cancel);
                throw new GrpcException(GrpcStatusCode.Unavailable, "timed out while sending");
            }));
        using var limit = new CancellationTokenSource(Methods.Hang);
        using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.StartCallAsync(1, Methods.Bytes.Path);
        await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, RawCall.Frame([]));
        for (var taken = 0; taken < InitialWindow;)
        {
            var (type, _, payload) = await connection.ReceiveAsync(limit.Token);
            if (type == RawConnection.Data) taken += payload.Length;
        }

        Assert.False(write.IsCompleted);
        giveUp.SetResult();

        while ((await connection.ReceiveAsync(limit.Token)).Type != RawConnection.ResetStream) { }
        await Assert.ThrowsAnyAsync<Exception>(() => write.WaitAsync(Methods.Hang));
        Assert.Empty(server.Log.All);
    }

    [Fact]
    public async Task A_request_reset_in_the_middle_of_a_message_cancels_the_handler_and_leaves_the_connection_usable()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(routes => routes
            .Duplex(Methods.Chat, async (requests, responses, _, cancel) =>
            {
                try
                {
                    await foreach (var request in requests)
                    {
                        first.TrySetResult();
                        await responses.WriteAsync(request, cancel);
                    }
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    cancelled.TrySetResult();
                    throw;
                }
            }));
        using var limit = new CancellationTokenSource(Methods.Hang);
        using var connection = await RawConnection.OpenAsync(server.Port);
        var frame = RawCall.Frame(new StringValue { Value = "whole" }.ToByteArray());

        await connection.StartCallAsync(1, Methods.Chat.Path);
        await connection.SendAsync(RawConnection.Data, 0, 1, [.. frame, .. frame[..7]]);
        await first.Task.WaitAsync(Methods.Hang);
        await connection.SendAsync(RawConnection.ResetStream, 0, 1, [0, 0, 0, 8]);
        await cancelled.Task.WaitAsync(Methods.Hang);

        await connection.StartCallAsync(3, Methods.Chat.Path);
        await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 3, frame);
        while (await connection.ReceiveAsync(limit.Token) is not
            { Type: RawConnection.Headers, Flags: RawConnection.EndStream | RawConnection.EndHeaders }) { }
        Assert.Empty(server.Log.All);
    }
}
