namespace Aspire.Hosting.ApplicationModel;

/// <summary>Full path of the project file behind a project resource.</summary>
internal sealed record ProjectPathAnnotation(string ProjectPath) : IResourceAnnotation;
