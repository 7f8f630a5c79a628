using McpMesh.AuditSink;
using McpMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

try
{
    await using var app = AuditSinkApplication.Create(args);
    return await app.RunServiceAsync();
}
catch (OptionsValidationException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
