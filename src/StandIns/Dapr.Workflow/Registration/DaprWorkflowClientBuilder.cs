using System.Text.Json;
using Dapr.Common.Serialization;
using Dapr.Workflow.Client;
using Dapr.Workflow.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Registration;

/// <summary>Makes a <see cref="DaprWorkflowClient"/>; endpoint and token come from configuration, then from the environment.</summary>
public sealed class DaprWorkflowClientBuilder(IConfiguration? configuration = null)
{
    private IDaprSerializer? _serializer;
    private SidecarChannel? _shared;
    private TimeProvider _time = TimeProvider.System;

    /// <summary>Uses another form than JSON.</summary>
    public DaprWorkflowClientBuilder UseSerializer(IDaprSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _serializer = serializer;
        return this;
    }

    /// <summary>Uses JSON of other options.</summary>
    public DaprWorkflowClientBuilder UseJsonSerializer(JsonSerializerOptions jsonOptions)
    {
        ArgumentNullException.ThrowIfNull(jsonOptions);
        return UseSerializer(new JsonDaprSerializer(jsonOptions));
    }

    /// <summary>The client, which owns its connection.</summary>
    public DaprWorkflowClient Build() => new(
        _shared is null
            ? new TaskHubClient(new SidecarChannel(configuration, Options.Create(new MessageSizeLimits())), ownsChannel: true, _time)
            : new TaskHubClient(_shared, ownsChannel: false, _time),
        _serializer ?? new JsonDaprSerializer());

    /// <summary>Uses the application's connection.</summary>
    internal DaprWorkflowClientBuilder UseChannel(SidecarChannel channel, TimeProvider time)
    {
        (_shared, _time) = (channel, time);
        return this;
    }
}
