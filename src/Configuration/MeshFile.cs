using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Validation;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration;

/// <summary>
/// Reads YAML strictly: unknown fields, wrong types, duplicate keys and missing required fields are errors with file, line and field.
/// Anchors, aliases and tags are refused; a file is at most 1 MiB and 32 levels deep. All errors of a file are reported at once.
/// </summary>
public static class MeshFile
{
    /// <summary>
    /// Reads <paramref name="path"/>, lays <c>overlays/{environment}.yaml</c> beside it over it (maps merge, all else replaces), reads
    /// <c>${NAME}</c> and <c>${NAME:-default}</c> from <paramref name="variables"/> (default: the process's environment), binds and
    /// validates. An environment without a file of its own is an error when there is a folder <c>overlays</c>: a misspelt name must not
    /// drop an overlay.
    /// </summary>
    /// <exception cref="MeshConfigurationException">All errors found.</exception>
    public static MeshConfiguration Load(string path, string? environment = null, Func<string, string?>? variables = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var errors = new ErrorCollector();
        var interpolation = new Interpolation(variables ?? Environment.GetEnvironmentVariable);
        var overlay = OverlayFile.Find(path, environment, errors);
        var root = ConfigurationNodeReader.Read(path, interpolation, errors);
        if (overlay is not null)
            root = Overlay.Apply(root, ConfigurationNodeReader.Read(overlay, interpolation, errors));

        return Bind<MeshConfiguration>(path, root, errors, overlay is null ? [path] : [path, overlay], MeshConfigurationValidator.Validate);
    }

    /// <summary>Binds any YAML file to <typeparamref name="T"/> with the same strictness (used for the development IdP's users).</summary>
    /// <exception cref="MeshConfigurationException">All errors found.</exception>
    public static T Read<T>(string path, Func<string, string?>? variables = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var errors = new ErrorCollector();
        var root = ConfigurationNodeReader.Read(path, new Interpolation(variables ?? Environment.GetEnvironmentVariable), errors);
        return Bind<T>(path, root, errors, [path]);
    }

    private static T Bind<T>(
        string path,
        ConfigurationNode? root,
        ErrorCollector errors,
        IReadOnlyList<string> files,
        Action<T, ConfigurationNode, ErrorCollector>? validate = null)
    {
        var binder = new NodeBinder(errors);
        object? bound = null;
        if (root is not null)
            bound = binder.Bind(typeof(T), root, FieldPath.Root);
        else if (errors.IsEmpty)
            bound = binder.BindEmpty(typeof(T), path);

        if (root is not null && bound is T complete)
            validate?.Invoke(complete, root, errors);

        return errors.IsEmpty && bound is T value ? value : throw new MeshConfigurationException(errors.InFileOrder(files));
    }
}
