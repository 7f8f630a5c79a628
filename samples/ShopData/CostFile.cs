using System.Globalization;

namespace McpMesh.Samples.ShopData;

/// <summary>The cost file in the FinOps Open Cost and Usage Specification (FOCUS), as CSV.</summary>
internal static class CostFile
{
    /// <summary>Columns, in their order in the file and in the table <c>focus</c>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "BillingAccountId", "SubAccountId", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ProviderName", "RegionId",
        "ServiceName",
        "ServiceCategory", "ResourceId", "ConsumedQuantity", "ConsumedUnit", "BilledCost", "EffectiveCost", "BillingCurrency", "Tags",
    ];

    /// <summary>Writes <c>focus.csv</c>.</summary>
    public static void Write(IEnumerable<CostLine> lines, string folder)
    {
        Directory.CreateDirectory(folder);
        using var writer = new StreamWriter(Path.Combine(folder, "focus.csv")) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Columns));
        foreach (var line in lines) writer.WriteLine(string.Join(',', ValuesOf(line).Select(Quote)));
    }

    /// <summary>Values of a line, in the order of <see cref="Columns"/>.</summary>
    public static IReadOnlyList<object> ValuesOf(CostLine line) =>
    [
        "shop-billing", "shop-production", Iso(line.ChargePeriodStart), Iso(line.ChargePeriodEnd), "Usage", "Example Cloud",
        "ap-northeast-1", line.ServiceName,
        line.ServiceCategory, line.ResourceId, line.ConsumedQuantity, line.ConsumedUnit, line.BilledCost, line.EffectiveCost, "USD",
        $$"""{"team":"{{line.Team}}"}""",
    ];

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Quote(object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return text.AsSpan().IndexOfAny(',', '"', '\n') < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
