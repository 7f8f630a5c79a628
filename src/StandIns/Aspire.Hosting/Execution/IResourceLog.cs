namespace Aspire.Hosting.Execution;

/// <summary>Takes the lines that processes write.</summary>
internal interface IResourceLog
{
    void Write(string resourceId, string line, bool isError);
}
