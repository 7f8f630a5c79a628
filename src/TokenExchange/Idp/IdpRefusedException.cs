namespace McpMesh.TokenExchange.Idp;

/// <summary>The IdP answered with an OAuth error.</summary>
internal sealed class IdpRefusedException(string error) : Exception($"The identity provider answered {error}.")
{
    public string Error { get; } = error;
}
