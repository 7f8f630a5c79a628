namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: a process, or something that others refer to.</summary>
public interface IResource
{
    /// <summary>Unique name, compared without case.</summary>
    string Name { get; }

    /// <summary>What has been said about the resource.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
