using System.Globalization;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Conditions of rules.</summary>
internal static class ConditionValidator
{
    public static void Validate(MeshConfiguration mesh, ConditionConfiguration when, FieldPath field, FieldErrors errors)
    {
        foreach (var (pointer, test) in when.Arguments)
        {
            var argument = field.Field("arguments").Field(pointer);
            errors.Require(IsJsonPointer(pointer), argument, "must be a JSON Pointer (RFC 6901), such as /service");
            ValidateTest(test, argument, errors);
        }

        foreach (var (index, client) in when.Clients.Index())
        {
            errors.Require(
                mesh.Clients.Any(known => known.Id == client), field.Field("clients").Item(index), $"there is no client '{client}'");
        }

        foreach (var (index, role) in when.Roles.Index())
            errors.Require(mesh.Roles.ContainsKey(role), field.Field("roles").Item(index), $"there is no role '{role}'");

        errors.Require(
            when.Between is null || IsWindow(when.Between), field.Field("between"), "must be a daily window in UTC: HH:mm-HH:mm");
    }

    private static void ValidateTest(ArgumentTestConfiguration test, FieldPath field, FieldErrors errors)
    {
        var testsValue = test.EqualTo is not null || !test.In.IsEmpty || test.StartsWith is not null || test.GreaterThan is not null
            || test.LessThan is not null;
        errors.Require(
            testsValue || test.Exists is not null, field, "tests nothing: give equals, in, startsWith, greaterThan, lessThan or exists");
        errors.Require(!testsValue || test.Exists is not false, field.Field("exists"), "a value that is absent can pass no other test");
    }

    private static bool IsJsonPointer(string text)
    {
        if (text.Length > 0 && text[0] != '/')
            return false;

        for (var i = text.IndexOf('~'); i >= 0; i = text.IndexOf('~', i + 1))
        {
            if (i + 1 == text.Length || text[i + 1] is not ('0' or '1'))
                return false;
        }

        return true;
    }

    private static bool IsWindow(string text) =>
        text.Length == 11 && text[5] == '-' && IsTime(text[..5]) && IsTime(text[6..]) && text[..5] != text[6..];

    private static bool IsTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
