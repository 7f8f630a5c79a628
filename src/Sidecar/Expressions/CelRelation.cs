namespace McpMesh.Sidecar.Expressions;

/// <summary>A relation between two operands. What can never hold, because the types are known and differ, is refused.</summary>
internal sealed class CelRelation
{
    private static readonly Dictionary<string, CelRelation> Known = new(StringComparer.Ordinal)
    {
        ["=="] = new(CheckEquality, (l, r) => CelOperations.Equal(l, r, expected: true)),
        ["!="] = new(CheckEquality, (l, r) => CelOperations.Equal(l, r, expected: false)),
        ["<"] = Order(sign => sign < 0),
        ["<="] = Order(sign => sign <= 0),
        [">"] = Order(sign => sign > 0),
        [">="] = Order(sign => sign >= 0),
        ["in"] = new(CheckMembership, CelOperations.In),
    };

    private readonly Func<CelKind, CelKind, bool> _isPossible;
    private readonly Func<CelValue, CelValue, CelValue> _apply;

    private CelRelation(Func<CelKind, CelKind, bool> isPossible, Func<CelValue, CelValue, CelValue> apply) =>
        (_isPossible, _apply) = (isPossible, apply);

    public static bool TryFind(CelToken token, out CelRelation relation) => Known.TryGetValue(token.Text, out relation!);

    /// <exception cref="FormatException">The operands are known to be of types that do not go together.</exception>
    public void Check(CelOperand left, CelOperand right, CelToken operation)
    {
        if (_isPossible(left.Kind, right.Kind)) return;
        throw CelLexer.At(
            operation.Column,
            $"{operation} does not go with {CelOperations.NameOf(left.Kind)} and {CelOperations.NameOf(right.Kind)}");
    }

    public CelOperand Join(CelOperand left, CelOperand right) =>
        new(CelKind.Boolean, e => _apply(left.Evaluate(e), right.Evaluate(e)));

    private static CelRelation Order(Func<int, bool> holds) => new(
        (left, right) => CheckEquality(left, right) && IsOrdered(left) && IsOrdered(right),
        (left, right) => CelOperations.Compare(left, right, holds));

    private static bool CheckEquality(CelKind left, CelKind right) =>
        left == CelKind.Dynamic || right == CelKind.Dynamic || left == right || (IsNumber(left) && IsNumber(right));

    private static bool CheckMembership(CelKind left, CelKind right) => right is CelKind.Dynamic or CelKind.List or CelKind.Map;

    private static bool IsOrdered(CelKind kind) => kind is CelKind.Dynamic or CelKind.Boolean or CelKind.Text || IsNumber(kind);

    private static bool IsNumber(CelKind kind) => kind is CelKind.Integer or CelKind.Unsigned or CelKind.Double;
}
