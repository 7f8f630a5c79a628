using System.Text.Json;
using Dapr.Workflow;
using Dapr.Workflow.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WorkflowTests.Worker;

/// <summary>What an application registers, and what its workflows and activities get.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Each_activity_has_services_of_its_own_which_end_with_it()
    {
        await using var sidecar = await ScriptedSidecar.StartAsync();
        var made = new List<Session>();
        await sidecar.ApplicationAsync(
            options => options.RegisterActivity<SessionActivity>(),
            services: services => services.AddSingleton(made).AddScoped<Session>());
        var stream = await sidecar.StreamAsync();
        await stream.CallAsync(nameof(SessionActivity), 1);
        await sidecar.ActivityAsync();
        await stream.CallAsync(nameof(SessionActivity), 2);
        await sidecar.ActivityAsync();

        Assert.Equal(2, made.Count);
        Assert.All(made, session => Assert.True(session.Ended));
    }

    [Fact]
    public void The_client_is_registered_as_the_class_once_or_for_each_scope()
    {
        using var services = new ServiceCollection().AddDaprWorkflow().BuildServiceProvider();
        Assert.Same(services.GetRequiredService<DaprWorkflowClient>(), services.GetRequiredService<DaprWorkflowClient>());
        Assert.Null(services.GetService<IDaprWorkflowClient>());

        using var scoped = new ServiceCollection().AddDaprWorkflow(_ => { }, ServiceLifetime.Scoped).BuildServiceProvider();
        using var one = scoped.CreateScope();
        using var two = scoped.CreateScope();
        Assert.NotSame(
            one.ServiceProvider.GetRequiredService<DaprWorkflowClient>(), two.ServiceProvider.GetRequiredService<DaprWorkflowClient>());
    }

    [Fact]
    public void Registrations_of_several_calls_add_up_to_one_worker()
    {
        var collection = new ServiceCollection();
        collection.AddDaprWorkflow(options => options.RegisterWorkflow<string, string>("a", (_, _) => Task.FromResult("")));
        collection.AddDaprWorkflow(options => options.RegisterWorkflow<string, string>("b", (_, _) => Task.FromResult("")));
        using var services = collection.BuildServiceProvider();

        Assert.Single(services.GetServices<Microsoft.Extensions.Hosting.IHostedService>());
        var factory = services.GetRequiredService<IWorkflowsFactory>();
        Assert.True(factory.TryCreateWorkflow("A", services, out _, out _));
        Assert.True(factory.TryCreateWorkflow("b", services, out _, out _));
        Assert.False(factory.TryCreateWorkflow("c", services, out _, out var failure));
        Assert.Null(failure);
    }

    [Fact]
    public async Task Payloads_take_the_form_that_the_application_chose()
    {
        await using var sidecar = await ScriptedSidecar.StartAsync();
        await sidecar.ApplicationAsync(_ => { }, services: services => services
            .AddDaprWorkflowBuilder(options => options.RegisterActivity<string, object>(
                "act", (_, _) => Task.FromResult<object>(new { SnakeCase = 1 })))
            .WithJsonSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower }));
        await (await sidecar.StreamAsync()).CallAsync("act", 1);

        Assert.Equal("{\"snake_case\":1}", (await sidecar.ActivityAsync()).Result);
    }

    [Fact]
    public void Message_sizes_are_chosen_one_by_one_and_are_above_zero()
    {
        var builder = new ServiceCollection().AddDaprWorkflowBuilder(null)
            .WithGrpcMessageSizeLimits(maxReceiveMessageSize: 1).WithGrpcMessageSizeLimits(maxSendMessageSize: 2);
        using var services = builder.Services.BuildServiceProvider();
        var limits = services.GetRequiredService<IOptions<MessageSizeLimits>>().Value;

        Assert.Equal((1, 2), (limits.Receive, limits.Send));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.WithGrpcMessageSizeLimits(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.WithGrpcMessageSizeLimits(null, -1));
    }

    private sealed class Session : IDisposable
    {
        public bool Ended { get; private set; }

        public void Dispose() => Ended = true;
    }

    private sealed class SessionActivity(Session session, List<Session> made) : WorkflowActivity<string, string>
    {
        public override Task<string> RunAsync(WorkflowActivityContext context, string input)
        {
            made.Add(session);
            return Task.FromResult("");
        }
    }
}
