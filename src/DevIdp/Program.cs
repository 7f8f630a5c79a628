using McpMesh.Configuration;
using McpMesh.DevIdp;
using McpMesh.ServiceDefaults;

try
{
    return await DevIdpApplication.Build(args).RunServiceAsync();
}
catch (MeshConfigurationException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
