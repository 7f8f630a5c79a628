namespace McpMesh.Samples.ShopData;

/// <summary>
/// A day of the shop. At 13:58 a checkout version goes out whose database pool is too small; from 14:02 to 14:41 checkouts wait for a
/// connection and many fail; at 14:39 the old version comes back. The same version logs far too much, which the cost of log ingestion
/// shows.
/// </summary>
internal sealed class ShopDay
{
    private static readonly string[] Pages = [
        "/", "/", "/products", "/search?q=mug", "/search?q=lamp", "/cart", "/account", "/static/app.js", "/static/app.css", "/favicon.ico"];
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    ];

    /// <summary>Reason of the failures of the incident.</summary>
    public const string PoolExhausted = "database pool exhausted";

    private readonly ShopRandom _random;

    /// <summary>Lets the day happen.</summary>
    public ShopDay(DateOnly day, ulong seed)
    {
        Day = day;
        Start = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        _random = new ShopRandom(seed);
        Deploys =
        [
            new(At(9, 12), "payments", "5.4.2", _random.Hex(12), "ci", "routine"),
            new(At(13, 58), "checkout", "2.31.0", _random.Hex(12), "ci", "new pool settings, verbose logging"),
            new(At(14, 39), "checkout", "2.30.4", _random.Hex(12), "oncall", "rollback"),
        ];
        Visits = [.. Visit()];
        Orders = [.. Visits.Where(visit => visit.Order is not null).Select(visit => visit.Order!)];
    }

    /// <summary>The day, in UTC.</summary>
    public DateOnly Day { get; }

    /// <summary>Its midnight.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Start of the incident.</summary>
    public DateTimeOffset IncidentStart => At(14, 2);

    /// <summary>End of the incident.</summary>
    public DateTimeOffset IncidentEnd => At(14, 41);

    /// <summary>All requests, in the order of time.</summary>
    public IReadOnlyList<Visit> Visits { get; }

    /// <summary>All orders, in the order of time.</summary>
    public IReadOnlyList<Order> Orders { get; }

    /// <summary>All deploys, in the order of time.</summary>
    public IReadOnlyList<Deploy> Deploys { get; }

    /// <summary>A time of the day.</summary>
    public DateTimeOffset At(int hour, int minute) => Start.AddHours(hour).AddMinutes(minute);

    /// <summary>Version of checkout in service.</summary>
    public string CheckoutVersion(DateTimeOffset time) => time >= At(13, 58) && time < At(14, 39) ? "2.31.0" : "2.30.4";

    private IEnumerable<Visit> Visit()
    {
        var order = 0;
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var hits = Rate(minute) + _random.Below(5);
            var moments = new List<int>(hits);
            for (var hit = 0; hit < hits; hit++) moments.Add(_random.Below(60_000));
            moments.Sort();
            foreach (var moment in moments)
            {
                var time = Start.AddMinutes(minute).AddMilliseconds(moment);
                yield return _random.Percent(12) ? Checkout(time, ++order) : Browse(time);
            }
        }
    }

    /// <summary>Requests a minute: quiet at night, busiest in the early evening.</summary>
    private static int Rate(int minute) => (minute / 60) switch { < 6 => 4, < 9 => 9, < 12 => 17, < 17 => 22, < 21 => 27, _ => 12 };

    private Visit Browse(DateTimeOffset time)
    {
        var path = _random.Percent(40) ? $"/products/{1 + _random.Below(240)}" : _random.Of<string>(Pages);
        var status = _random.Below(1000) switch { < 955 => 200, < 980 => 304, < 995 => 404, _ => 500 };
        return new Visit(time, Client(), "GET", path, status, status == 304 ? 0 : 600 + _random.Below(24_000), 4 + _random.Below(90),
            _random.Of<string>(Agents), null);
    }

    private Visit Checkout(DateTimeOffset time, int number)
    {
        var troubled = time >= IncidentStart && time < IncidentEnd;
        var failure = troubled && _random.Percent(55) ? PoolExhausted : _random.Percent(1) ? "card declined" : null;
        var milliseconds = troubled ? 2_200 + _random.Below(7_900) : 90 + _random.Below(320);
        var status = failure switch { null => 201, PoolExhausted => _random.Percent(70) ? 503 : 504, _ => 402 };
        var order = new Order(number, time, 1000 + _random.Below(4000), 900 + _random.Below(24_000), failure, milliseconds,
            _random.Hex(16) + _random.Hex(16));
        return new Visit(
            time, Client(), "POST", "/checkout", status, 180 + _random.Below(300), milliseconds, _random.Of<string>(Agents), order);
    }

    private string Client() => $"{_random.Of<string>(["192.0.2", "198.51.100", "203.0.113"])}.{1 + _random.Below(254)}";
}
