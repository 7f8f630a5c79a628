#nullable disable
namespace Dapr.Client;

/// <summary>A component that the sidecar has loaded.</summary>
public sealed class DaprComponentsMetadata
{
    /// <summary>Creates the metadata.</summary>
    public DaprComponentsMetadata(string name, string type, string version, string[] capabilities)
    {
        Name = name;
        Type = type;
        Version = version;
        Capabilities = capabilities;
    }

    /// <summary>Component name.</summary>
    public string Name { get; }

    /// <summary>Component type, for example <c>state.sqlite</c>.</summary>
    public string Type { get; }

    /// <summary>Component version.</summary>
    public string Version { get; }

#pragma warning disable CA1819 // The official type is an array.
    /// <summary>Capabilities, for example <c>ETAG</c>.</summary>
    public string[] Capabilities { get; }
#pragma warning restore CA1819
}
