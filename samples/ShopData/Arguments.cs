using System.Globalization;

namespace McpMesh.Samples.ShopData;

/// <summary>The command line: <c>--out DIR --seed N [--day yyyy-MM-dd]</c>.</summary>
internal sealed record Arguments(string Out, ulong Seed, DateOnly Day)
{
    private static readonly DateOnly DefaultDay = new(2026, 11, 19);

    /// <summary>Reads it; null with an error that names the option and the rule.</summary>
    public static Arguments? Read(IReadOnlyList<string> args, out string? error)
    {
        error = null;
        string? folder = null;
        ulong? seed = null;
        var day = DefaultDay;
        for (var index = 0; index < args.Count; index += 2)
        {
            var value = index + 1 < args.Count ? args[index + 1] : null;
            error = (args[index], value) switch
            {
                ("--out" or "--seed" or "--day", null) => $"{args[index]}: needs a value.",
                ("--out", _) => Set(() => folder = value, value!.Length > 0, "--out: must name a folder."),
                ("--seed", _) when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                    Set(() => seed = number, true, ""),
                ("--seed", _) => "--seed: must be a whole number, 0 or more.",
                ("--day", _) when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                    out var date) => Set(() => day = date, true, ""),
                ("--day", _) => "--day: must be a date like 2026-11-19.",
                var (option, _) => $"{option}: is not an option; there are --out, --seed and --day.",
            };
            if (error is not null) return null;
        }
        if (folder is null) error = "--out: is required.";
        else if (seed is null) error = "--seed: is required.";
        return error is null ? new Arguments(folder!, seed!.Value, day) : null;

        static string? Set(Action set, bool valid, string rule)
        {
            if (!valid) return rule;
            set();
            return null;
        }
    }
}
