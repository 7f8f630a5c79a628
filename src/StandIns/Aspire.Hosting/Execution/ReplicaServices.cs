using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>What all replicas of an application share.</summary>
internal sealed record ReplicaServices(
    ReplicaEnvironment Environment, ResourceNotificationService Notifications, HealthMonitor Health, Reaper Reaper, IResourceLog Log,
    TimeProvider Time);
