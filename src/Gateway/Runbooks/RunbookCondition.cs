using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Configuration.Runbooks;

namespace McpMesh.Gateway.Runbooks;

/// <summary>Section <c>when</c> of a step.</summary>
internal static class RunbookCondition
{
    /// <summary>Whether all of it holds. Equal is JSON's equal: numbers by value, members in any order.</summary>
    public static bool Holds(RunbookConditionConfiguration? when, RunbookScope scope)
    {
        if (when is null) return true;
        var value = scope.Find(JsonPointer.Parse(when.From)!);
        return (when.Exists is not { } exists || exists == (value is not null))
            && (when.EqualTo is not { } expected || (value is { } one && JsonElement.DeepEquals(one, expected)))
            && (when.Not is not { } refused || value is not { } other || !JsonElement.DeepEquals(other, refused));
    }

    /// <summary>Whether it asks for an item, so that it is another question for each of them.</summary>
    public static bool IsOfItem(RunbookConditionConfiguration when) => JsonPointer.Parse(when.From)!.Segments[0] is "item" or "index";
}
