using McpMesh.DevIdp;

await DevIdpApplication.Build(args).RunAsync();
