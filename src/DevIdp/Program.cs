using McpMesh.Configuration;
using McpMesh.DevIdp;

try
{
    await DevIdpApplication.Build(args).RunAsync();
    return 0;
}
catch (MeshConfigurationException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
