using System.Collections.Frozen;
using System.Collections.Immutable;
using McpMesh.Configuration;
using McpMesh.DevIdp.Clients;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Organization;

/// <summary>One state of idp.yaml, checked and indexed. Immutable: a request sees one state from beginning to end.</summary>
internal sealed class OrganizationDirectory
{
    private readonly FrozenDictionary<string, UserConfiguration> _byId;
    private readonly FrozenDictionary<string, UserConfiguration> _byName;
    private readonly FrozenDictionary<string, Client> _clients;

    private OrganizationDirectory(IdpConfiguration settings, IEnumerable<Client> clients)
    {
        Settings = settings;
        _byId = settings.Users.ToFrozenDictionary(u => u.Id, StringComparer.Ordinal);
        _byName = settings.Users.ToFrozenDictionary(u => u.Username, StringComparer.OrdinalIgnoreCase);
        _clients = clients.ToFrozenDictionary(c => c.Id, StringComparer.Ordinal);
    }

    public IdpConfiguration Settings { get; }

    /// <summary>The longest that anything signed here is valid: how long a retired key must stay published.</summary>
    public TimeSpan LongestTokenLifetime => new[] { Settings.IdTokenLifetime, Settings.IdJagLifetime, Settings.AccessTokenLifetime }.Max();

    /// <summary>Checks and indexes.</summary>
    /// <exception cref="MeshConfigurationException">Every rule that is broken.</exception>
    public static OrganizationDirectory Create(IdpConfiguration settings, string file)
    {
        var errors = ImmutableArray.CreateBuilder<MeshConfigurationError>();
        void Error(string field, string rule) => errors.Add(new(file, 0, 0, field, rule));

        if (!IsOrigin(settings.Issuer)) Error("issuer", "must be http(s)://host[:port] without path or trailing slash");
        foreach (var (field, lifetime) in Lifetimes(settings))
        {
            if (lifetime <= TimeSpan.Zero || lifetime > TimeSpan.FromDays(30)) Error(field, "must be above zero and at most 30d");
        }

        Unique("users", "id", settings.Users.Select(u => u.Id), StringComparer.Ordinal, Error);
        Unique("users", "username", settings.Users.Select(u => u.Username), StringComparer.OrdinalIgnoreCase, Error);
        Unique("clients", "id", settings.Clients.Select(c => c.Id), StringComparer.Ordinal, Error);
        var pairs = settings.CrossAppAccess.Select(a => $"{a.Client} {a.Audience}");
        Unique("crossAppAccess", "(client, audience)", pairs, StringComparer.Ordinal, Error);
        var known = settings.Clients.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < settings.CrossAppAccess.Length; i++)
        {
            if (!known.Contains(settings.CrossAppAccess[i].Client)) Error($"crossAppAccess[{i}].client", "must be the id of a client");
        }

        var clients = new List<Client>();
        for (var i = 0; i < settings.Clients.Length; i++)
        {
            try
            {
                clients.Add(new Client(settings.Clients[i]));
            }
            catch (JoseException e)
            {
                Error($"clients[{i}].jwks", e.Message);
            }
        }

        return errors.Count == 0 ? new(settings, clients) : throw new MeshConfigurationException(errors.ToImmutable());
    }

    /// <summary>The user with that <c>sub</c>, unless removed or disabled.</summary>
    public UserConfiguration? ActiveUser(string id) => _byId.TryGetValue(id, out var user) && !user.Disabled ? user : null;

    /// <summary>The user with that name, unless removed or disabled.</summary>
    public UserConfiguration? ActiveUserByName(string username) =>
        _byName.TryGetValue(username, out var user) && !user.Disabled ? user : null;

    public Client? FindClient(string id) => _clients.GetValueOrDefault(id);

    /// <summary>The administrator's entry for a client and a resource authorization server.</summary>
    public CrossAppAccessConfiguration? FindAccess(string client, string audience) =>
        Settings.CrossAppAccess.FirstOrDefault(a => a.Client == client && a.Audience == audience);

    private static IEnumerable<(string Field, TimeSpan Lifetime)> Lifetimes(IdpConfiguration settings) =>
    [
        ("idTokenLifetime", settings.IdTokenLifetime), ("refreshTokenLifetime", settings.RefreshTokenLifetime),
        ("idJagLifetime", settings.IdJagLifetime), ("accessTokenLifetime", settings.AccessTokenLifetime),
        ("sessionLifetime", settings.SessionLifetime),
    ];

    private static bool IsOrigin(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), issuer, StringComparison.Ordinal);

    private static void Unique(
        string list, string field, IEnumerable<string> values, StringComparer comparer, Action<string, string> error)
    {
        var seen = new HashSet<string>(comparer);
        var index = 0;
        foreach (var value in values)
        {
            if (string.IsNullOrWhiteSpace(value)) error($"{list}[{index}].{field}", "must not be empty");
            else if (!seen.Add(value)) error($"{list}[{index}].{field}", "must be unique");
            index++;
        }
    }
}
