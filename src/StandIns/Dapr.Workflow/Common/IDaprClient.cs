namespace Dapr.Common;

/// <summary>A client of one of Dapr's building blocks.</summary>
public interface IDaprClient : IDisposable;
