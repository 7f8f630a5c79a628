using Dapr.Common;

namespace Dapr.Workflow.Registration;

/// <summary>Goes on with the registration of workflows.</summary>
public interface IDaprWorkflowBuilder : IDaprServiceBuilder;
