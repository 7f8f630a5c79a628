using System.Diagnostics;
using System.Text.Json;

namespace McpMesh.AppHost.Tests.Model;

/// <summary>The switch between stand-ins and official packages, as MSBuild evaluates it.</summary>
public sealed class OfficialPackagesTests
{
    [Theory]
    [InlineData("src/Gateway/Gateway.csproj", "Dapr.Client,Dapr.AspNetCore")]
    [InlineData("ServiceDefaults/ServiceDefaults.csproj", "Dapr.AspNetCore")]
    [InlineData("tests/WorkflowApp/WorkflowApp.csproj", "Dapr.Workflow")]
    [InlineData("tests/AppHost.Tests/AppHost.Tests.csproj", "Aspire.Hosting.Testing")]
    public async Task Official_packages_take_the_place_of_stand_ins(string project, string packages)
    {
        var (standIns, references) = await EvaluateAsync(project, official: false);
        Assert.DoesNotContain(standIns, package => packages.Split(',').Contains(package));
        Assert.All(packages.Split(','), package =>
            Assert.Contains(references, reference => reference.EndsWith($"{package}.csproj", StringComparison.Ordinal)));

        var (official, remaining) = await EvaluateAsync(project, official: true);
        Assert.All(packages.Split(','), package => Assert.Contains(package, official));
        Assert.DoesNotContain(remaining, reference => reference.Contains("StandIns", StringComparison.Ordinal));
    }

    private static async Task<(string[] Packages, string[] Projects)> EvaluateAsync(string project, bool official)
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", Path.Combine(Repository.Root, project), "-getItem:PackageReference", "-getItem:ProjectReference",
                $"-p:OfficialPackages={official}",
            },
            RedirectStandardOutput = true,
        })!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.Equal(0, build.ExitCode);
        using var items = JsonDocument.Parse(output);
        return (Identities("PackageReference"), Identities("ProjectReference"));

        string[] Identities(string item) =>
            [.. items.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray()
                .Select(entry => entry.GetProperty("Identity").GetString()!)];
    }
}
