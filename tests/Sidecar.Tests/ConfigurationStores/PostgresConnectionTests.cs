using McpMesh.Sidecar.ConfigurationStores;
using Npgsql;

namespace McpMesh.Sidecar.Tests.ConfigurationStores;

public sealed class PostgresConnectionTests
{
    [Theory]
    [InlineData("host=db user=me password='it\\'s; \"so\"' port=5433 dbname=conf sslmode=verify-full connect_timeout=7", "it's; \"so\"")]
    [InlineData("postgres://me:it%27s%3B%20%22so%22@db:5433/conf?sslmode=verify-full&connect_timeout=7", "it's; \"so\"")]
    public void Both_forms_of_postgresql_are_read(string text, string password)
    {
        var read = new NpgsqlConnectionStringBuilder(Read(text));
        Assert.Equal(
            ("db", 5433, "me", password, "conf", 7),
            (read.Host, read.Port, read.Username, read.Password, read.Database, read.Timeout));
        Assert.Equal(SslMode.VerifyFull, read.SslMode);
    }

    [Fact]
    public void Metadata_beside_the_string_wins()
    {
        var read = new NpgsqlConnectionStringBuilder(Read("host=db user=me", ("host", "other"), ("password", "p"), ("maxConns", "3")));
        Assert.Equal(("other", "me", "p", 3), (read.Host, read.Username, read.Password, read.MaxPoolSize));
    }

    [Theory]
    [InlineData("", "metadata 'connectionString' is required, and has to name a host")]
    [InlineData("host", "connectionString is not of the form host=… user=…")]
    [InlineData("host=db password='secret", "connectionString has a quote that does not end")]
    [InlineData("host=db sslmode=secret", "connectionString: sslmode must be disable, allow, prefer, require, verify-ca or verify-full")]
    [InlineData("host=db krbsrvname=secret", "connectionString: the parameter 'krbsrvname' is not served by the embedded sidecar")]
    public void A_mistake_is_told_without_the_values(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Read(text)).Message);

    private static string Read(string text, params (string Name, string Value)[] beside)
    {
        var metadata = beside.ToDictionary(item => item.Name, item => item.Value);
        metadata["connectionString"] = text;
        return PostgresConnection.Read(metadata.GetValueOrDefault, TimeSpan.FromSeconds(20));
    }
}
