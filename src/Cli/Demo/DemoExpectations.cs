using McpMesh.Samples.Agent;

namespace McpMesh.Cli.Demo;

/// <summary>What must hold of every run; each broken expectation is one line.</summary>
internal static class DemoExpectations
{
    public static IReadOnlyList<string> Check(DemoPersona persona, IReadOnlyList<TriageStep> steps, IReadOnlyList<HopRecord> hops)
    {
        var failures = new List<string>();
        void Expect(bool holds, string otherwise)
        {
            if (!holds) failures.Add(otherwise);
        }

        foreach (var method in persona.Permitted)
        {
            Expect(steps.Any(s => s.Method == method && s.Outcome == "success"), $"{method} must succeed: {Detail(steps, method)}");
            Expect(hops.Any(h => h.Method == method && h.Hop == 2 && h is { Decision: "permit", Outcome: "success" }),
                $"{method}: the log has no permitted, successful hop from the gateway to its server.");
        }

        foreach (var method in persona.Denied)
        {
            Expect(steps.Any(s => s.Method == method && s.Outcome == "denied"), $"{method} must be denied: {Detail(steps, method)}");
            Expect(hops.Any(h => h.Method == method && h is { Hop: 1, Decision: "deny" }), $"{method}: the log has no denial.");
            Expect(!hops.Any(h => h.Method == method && h.Hop > 1), $"{method} was denied at the gateway and yet reached a server.");
        }

        if (persona.Permitted.Contains("incidents.summary.post"))
        {
            Expect(hops.Any(h => h is { Hop: 3, Method: "analytics.query", Decision: "permit", Outcome: "success" }
                && h.Actors is ["incidents", "gateway", ..]),
                "incidents.summary.post: the log has no third hop from incidents to analytics.");
        }

        Expect(hops.Select(h => h.Subject).Distinct().Count() == 1, "All hops must name one and the same subject.");
        Expect(hops.All(h => h.IdJagJti.Length > 0), "Every hop must name the ID-JAG it came from.");
        Expect(hops.All(h => h.Actors.Count == h.Hop), "The actor chain must grow by one on every hop.");
        Expect(hops.GroupBy(h => h.AccessTokenJti).All(t => t.Select(h => h.Audience).Distinct().Count() == 1),
            "A token was used at two audiences.");
        Expect(hops.GroupBy(h => h.IdJagJti).All(g => g.Select(h => h.Audience).Distinct().Count() == 1),
            "An ID-JAG was used for two audiences.");
        return failures;
    }

    private static string Detail(IReadOnlyList<TriageStep> steps, string method) =>
        steps.FirstOrDefault(s => s.Method == method) is { } step ? $"{step.Outcome}, {step.Detail}" : "it was not called.";
}
