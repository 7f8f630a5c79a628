using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Builds an application: its resources, and the services of its host.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Configuration of the host: files, environment, command line.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Directory of the application host's project.</summary>
    string AppHostDirectory { get; }

    /// <summary>Assembly of the application host.</summary>
    Assembly? AppHostAssembly { get; }

    /// <summary>Environment of the host.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>Services of the host.</summary>
    IServiceCollection Services { get; }

    /// <summary>What the host will do with the model.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>The resources so far.</summary>
    IResourceCollection Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <exception cref="DistributedApplicationException">The name is taken.</exception>
    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    /// <summary>A builder for a resource, without adding it.</summary>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    /// <summary>Builds the application.</summary>
    DistributedApplication Build();
}
