using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Sidecar.Grpc;

namespace McpMesh.Sidecar.Secrets;

/// <summary>The secret methods of the gRPC API.</summary>
internal sealed class SecretsGrpcApi(SecretService secrets)
{
    public void AddTo(DaprService service)
    {
        service.Unary("GetSecret", GetSecretRequest.Parser, GetSecretResponse.Parser, Get);
        service.Unary("GetBulkSecret", GetBulkSecretRequest.Parser, GetBulkSecretResponse.Parser, GetBulk);
    }

    private Task<GetSecretResponse> Get(GetSecretRequest request)
    {
        var response = new GetSecretResponse();
        foreach (var (name, value) in secrets.Get(request.StoreName, request.Key)) response.Data[name] = value;
        return Task.FromResult(response);
    }

    private Task<GetBulkSecretResponse> GetBulk(GetBulkSecretRequest request)
    {
        var response = new GetBulkSecretResponse();
        foreach (var (key, secret) in secrets.All(request.StoreName))
        {
            var values = new SecretResponse();
            foreach (var (name, value) in secret) values.Secrets[name] = value;
            response.Data[key] = values;
        }

        return Task.FromResult(response);
    }
}
