using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Common;

/// <summary>Goes on with the registration of a building block.</summary>
public interface IDaprServiceBuilder
{
    /// <summary>Where it is registered.</summary>
    IServiceCollection Services { get; }
}
