using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Public addresses: identifiers are compared character by character, and tokens travel in clear only on this machine.</summary>
internal sealed class EndpointValidator : IMeshValidator
{
    public IReadOnlyList<string> Sections { get; } = ["identity", "gateway"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        CheckAddress(mesh.Identity.Issuer, MeshFields.Identity.Field("issuer"), errors);
        CheckSlash(mesh.Identity.Issuer, MeshFields.Identity.Field("issuer"), errors);
        CheckAddress(mesh.Gateway.PublicUrl, MeshFields.Gateway.Field("publicUrl"), errors);
        CheckSlash(mesh.Gateway.PublicUrl, MeshFields.Gateway.Field("publicUrl"), errors);
        // The slash at the end of a foreign issuer is part of its name.
        CheckAddress(mesh.Identity.Idp.Issuer, MeshFields.Identity.Field("idp").Field("issuer"), errors);
        errors.Require(mesh.Identity.Idp.Source == "session", MeshFields.Identity.Field("idp").Field("source"), "must be 'session'");
        foreach (var (index, origin) in mesh.Gateway.AllowedOrigins.Index())
        {
            errors.Require(IsOrigin(origin), MeshFields.Gateway.Field("allowedOrigins").Item(index),
                "must be an origin: scheme, host and port, nothing else");
        }
    }

    private static void CheckAddress(Uri address, FieldPath field, FieldErrors errors)
    {
        errors.Require(
            address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback),
            field,
            "must be an https address; http is accepted only on a loopback host");
        errors.Require(
            address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0,
            field,
            "must not have user info, a query or a fragment");
    }

    private static void CheckSlash(Uri address, FieldPath field, FieldErrors errors) =>
        errors.Require(!address.OriginalString.EndsWith('/'), field, "must not end with a slash");

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        && uri.GetLeftPart(UriPartial.Authority) == text;
}
