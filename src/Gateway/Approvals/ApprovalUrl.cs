using McpMesh.Configuration;

namespace McpMesh.Gateway.Approvals;

/// <summary>Where a person decides. The URL holds nothing but the id: who opens it signs in.</summary>
internal static class ApprovalUrl
{
    public static Uri Of(MeshConfiguration mesh, string id) => new($"{mesh.Gateway.PublicUrl.AbsoluteUri.TrimEnd('/')}/approvals/{id}/page");
}
