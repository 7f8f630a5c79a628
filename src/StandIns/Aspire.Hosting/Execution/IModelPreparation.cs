using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Completes the model before anything starts: the counterpart of a subscriber to Aspire's BeforeStartEvent.</summary>
internal interface IModelPreparation
{
    void Prepare(DistributedApplicationModel model);
}
