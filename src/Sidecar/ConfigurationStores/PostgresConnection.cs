using System.Globalization;
using System.Text;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>
/// Translates PostgreSQL's own connection strings (<c>host=… user=…</c> or <c>postgres://user:password@host/database</c>), which Dapr's
/// components take, into Npgsql's.
/// </summary>
internal static class PostgresConnection
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["hostaddr"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["database"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["pool_max_conns"] = "Maximum Pool Size",
        ["search_path"] = "Search Path",
    };

    // Metadata that stands beside the connection string, and wins.
    private static readonly (string Metadata, string Name)[] Beside =
    [
        ("host", "Host"), ("hostaddr", "Host"), ("port", "Port"), ("user", "Username"), ("password", "Password"), ("database", "Database"),
        ("sslRootCert", "Root Certificate"), ("maxConns", "Maximum Pool Size"),
    ];

    /// <exception cref="FormatException">No connection string, or a parameter that is not served. Names no value.</exception>
    public static string Read(Func<string, string?> metadata, TimeSpan timeout)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Timeout"] = ((int)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ["Keepalive"] = "30", // a connection that only listens learns in no other way that it is dead
            ["Command Timeout"] = ((int)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        };
        var given = metadata("connectionString")?.Trim() ?? "";
        var read = given.StartsWith("postgres://", StringComparison.Ordinal) || given.StartsWith("postgresql://", StringComparison.Ordinal)
            ? ReadUri(given)
            : ReadPairs(given);
        foreach (var (name, value) in read) parameters[NameOf(name)] = ValueOf(name, value);
        foreach (var (item, name) in Beside)
        {
            if (metadata(item) is { Length: > 0 } value && !(item == "maxConns" && value is "0")) parameters[name] = value;
        }

        if (!parameters.ContainsKey("Host")) throw new FormatException("metadata 'connectionString' is required, and has to name a host");
        return string.Join(';', parameters.Select(parameter => $"{parameter.Key}={Quote(parameter.Value)}"));
    }

    private static string NameOf(string name) => Names.TryGetValue(name, out var known)
        ? known
        : throw new FormatException($"connectionString: the parameter '{name}' is not served by the embedded sidecar");

    private static string ValueOf(string name, string value)
    {
        if (!name.Equals("sslmode", StringComparison.OrdinalIgnoreCase)) return value;
        return value switch
        {
            "disable" => "Disable",
            "allow" => "Allow",
            "prefer" => "Prefer",
            "require" => "Require",
            "verify-ca" => "VerifyCA",
            "verify-full" => "VerifyFull",
            _ => throw new FormatException("connectionString: sslmode must be disable, allow, prefer, require, verify-ca or verify-full"),
        };
    }

    private static string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<(string Name, string Value)> ReadUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) throw new FormatException("connectionString is not a valid URL");
        var read = new List<(string, string)> { ("host", uri.Host) };
        if (!uri.IsDefaultPort && uri.Port > 0) read.Add(("port", uri.Port.ToString(CultureInfo.InvariantCulture)));
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) read.Add(("user", Uri.UnescapeDataString(user[0])));
        if (user.Length > 1) read.Add(("password", Uri.UnescapeDataString(user[1])));
        if (uri.AbsolutePath.Length > 1) read.Add(("dbname", Uri.UnescapeDataString(uri.AbsolutePath[1..])));
        foreach (var parameter in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = parameter.Split('=', 2);
            read.Add((Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : ""));
        }

        return read;
    }

    // name = value, name='a value with \' and spaces'
    private static List<(string Name, string Value)> ReadPairs(string text)
    {
        var read = new List<(string, string)>();
        for (var at = 0; SkipSpace(text, ref at);)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) throw new FormatException("connectionString is not of the form host=… user=…");
            var name = text[at..equals].Trim();
            at = equals + 1;
            SkipSpace(text, ref at);
            read.Add((name, ReadValue(text, ref at)));
        }

        return read;
    }

    private static string ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '\'';
        if (isQuoted) at++;
        while (at < text.Length && (isQuoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])))
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at++]);
        }

        if (isQuoted && at++ >= text.Length) throw new FormatException("connectionString has a quote that does not end");
        return value.ToString();
    }

    private static bool SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length;
    }
}
