using McpMesh.AuditSink;

await using var app = AuditSinkApplication.Create(args);
await app.RunAsync();
