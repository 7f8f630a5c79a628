using System.Globalization;
using System.Net;
using McpMesh.Sidecar.Components;

namespace McpMesh.Sidecar.Hosting;

/// <summary>The value of one flag, read as what the flag needs. Each error names the flag and the rule.</summary>
internal readonly record struct FlagValue(string Name, string Text)
{
    public bool Switch => Text switch
    {
        "true" => true,
        "false" => false,
        _ => throw Invalid("must be true or false"),
    };

    public string[] List => Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>-1 and 0 both mean a free one, or none.</summary>
    public int Port => Math.Max(0, Number(-1, 65535));

    public long Size => ByteQuantity.TryParse(Text, out var bytes) ? bytes : throw Invalid("must be a size such as 4Mi");

    public TimeSpan Seconds => TimeSpan.FromSeconds(Number(0, 3600));

    public TimeSpan Duration => GoDuration.TryParse(Text, out var duration) && duration >= TimeSpan.Zero
        ? duration
        : throw Invalid("must be a duration such as 30s");

    public string Protocol => Text is "http" or "https" or "h2c"
        ? Text
        : throw new StartupException($"--{Name} '{Text}': this sidecar speaks http, https and h2c to apps");

    public LogLevel LogLevel => Text switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => throw Invalid("must be debug, info, warn, error or fatal"),
    };

    public string[] Addresses
    {
        get
        {
            var addresses = List;
            foreach (var address in addresses)
            {
                if (!IPAddress.TryParse(address.Trim('[', ']'), out _) && address != "localhost")
                    throw new StartupException($"--{Name}: '{address}' is not an IP address");
            }

            return addresses.Length > 0 ? addresses : throw new StartupException($"--{Name} is empty");
        }
    }

    public int Number(int least, int most) =>
        int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Invalid($"must be a number from {least} to {most}");

    /// <exception cref="StartupException">An item of the list is none of <paramref name="known"/>.</exception>
    public string[] ListOf(params string[] known)
    {
        foreach (var item in List)
        {
            if (!known.Contains(item)) throw new StartupException($"--{Name}: '{item}' is none of {string.Join(", ", known)}");
        }

        return List;
    }

    private StartupException Invalid(string rule) => new($"--{Name} {rule}, not '{Text}'");
}
