namespace McpMesh.TokenExchange.Sessions;

/// <summary>Entry of the index from subject to the newest session.</summary>
/// <param name="SessionId">Its id.</param>
internal sealed record SubjectSession(string SessionId);
