using FsCheck;
using FsCheck.Fluent;

namespace WorkflowTests.Engine;

/// <summary>A program, how often it continues as new, and the dice of its run.</summary>
internal sealed record RandomProgram(Node Root, int Rounds, int Seed)
{
    public string Outcome => string.Join('|', Enumerable.Repeat(Root.Outcome, Rounds));

    public static Arbitrary<RandomProgram> Arbitrary { get; } =
        (from shape in Shape(3)
         from rounds in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
         from seed in Gen.Choose(0, int.MaxValue)
         select new RandomProgram(Numbered(shape), rounds, seed)).ToArbitrary();

    private static Gen<Node> Shape(int depth)
    {
        var leaf = Gen.OneOf(
            from failures in Gen.Choose(0, 2) from attempts in Gen.Choose(1, 3) select (Node)new ActivityNode(0, failures, attempts),
            from minutes in Gen.Choose(0, 90) select (Node)new TimerNode(0, minutes),
            from timer in Gen.Elements(true, false) select (Node)new EventNode(0, timer),
            from minutes in Gen.Choose(1, 90) select (Node)new TimeoutNode(0, minutes),
            Gen.Constant((Node)new EchoNode(0)));
        if (depth == 0) return leaf;
        var parts = Gen.Choose(0, 3).SelectMany(count => Shape(depth - 1).ListOf(count)).Select(list => list.ToArray());
        return Gen.Frequency(
            (2, leaf),
            (3, parts.Select(steps => (Node)new SequenceNode(0, steps))),
            (3, from branches in parts
                from most in Gen.Elements<int?>(null, 1, 2)
                select (Node)new FanOutNode(0, branches, most)),
            (2, from body in Shape(depth - 1) from fails in Gen.Elements(true, false, false) select (Node)new ChildNode(0, body, fails)));
    }

    private static Node Numbered(Node root)
    {
        var next = 0;
        return Number(root);

        Node Number(Node node)
        {
            var numbered = node with { Id = next++ };
            return numbered switch
            {
                SequenceNode sequence => sequence with { Steps = [.. sequence.Steps.Select(Number)] },
                FanOutNode fanOut => fanOut with { Branches = [.. fanOut.Branches.Select(Number)] },
                ChildNode child => child with { Body = Number(child.Body) },
                _ => numbered,
            };
        }
    }
}
