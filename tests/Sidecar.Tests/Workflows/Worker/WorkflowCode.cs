namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>A workflow as a test writes it; returns its output.</summary>
internal delegate Task<string?> WorkflowCode(WorkflowRun run);
