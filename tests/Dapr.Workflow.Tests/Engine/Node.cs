namespace WorkflowTests.Engine;

/// <summary>A workflow as data: what it does, and what comes of it however its turns fall.</summary>
internal abstract record Node(int Id)
{
    public abstract string Outcome { get; }

    public virtual IEnumerable<Node> Parts => [];

    /// <summary>This and all below it, children included.</summary>
    public IEnumerable<Node> All => [this, .. Parts.SelectMany(part => part.All)];

    /// <summary>The events that the instance of this program waits for; a child waits for its own.</summary>
    public IEnumerable<string> Events => this switch
    {
        ChildNode => [],
        EventNode node => [node.Name],
        _ => Parts.SelectMany(part => part.Events),
    };
}

/// <summary>An activity that fails so often before it succeeds, called so often at most.</summary>
internal sealed record ActivityNode(int Id, int Failures, int Attempts) : Node(Id)
{
    public override string Outcome => Failures < Attempts ? $"a{Id}" : $"a{Id} failed";
}

internal sealed record TimerNode(int Id, int Minutes) : Node(Id)
{
    public override string Outcome => $"t{Id}";
}

/// <summary>A wait for an event that comes; with or without the timer that never fires.</summary>
internal sealed record EventNode(int Id, bool NeverTimer) : Node(Id)
{
    public string Name => $"event{Id}";

    public override string Outcome => $"e{Id}";
}

/// <summary>A wait for an event that does not come.</summary>
internal sealed record TimeoutNode(int Id, int Minutes) : Node(Id)
{
    public override string Outcome => $"late{Id}";
}

/// <summary>An activity that gets a GUID and a time of the workflow, and must give back what every replay makes again.</summary>
internal sealed record EchoNode(int Id) : Node(Id)
{
    public override string Outcome => $"same{Id}";
}

internal sealed record SequenceNode(int Id, Node[] Steps) : Node(Id)
{
    public override string Outcome => $"({string.Join(' ', Steps.Select(step => step.Outcome))})";

    public override IEnumerable<Node> Parts => Steps;
}

/// <summary>Side by side: all at once, or at most so many.</summary>
internal sealed record FanOutNode(int Id, Node[] Branches, int? Most) : Node(Id)
{
    public override string Outcome => $"[{string.Join(' ', Branches.Select(branch => branch.Outcome))}]";

    public override IEnumerable<Node> Parts => Branches;
}

/// <summary>A program of its own that ends well, or after all it does with an exception.</summary>
internal sealed record ChildNode(int Id, Node Body, bool Fails) : Node(Id)
{
    public override string Outcome => Fails ? $"child{Id} failed" : $"<{Body.Outcome}>";

    public override IEnumerable<Node> Parts => [Body];
}
