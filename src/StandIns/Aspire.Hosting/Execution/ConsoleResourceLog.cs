using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Writes the lines of all processes to the console, each with the name of its resource: in colour on a terminal, plain in a pipe.</summary>
internal sealed class ConsoleResourceLog(DistributedApplicationModel model) : IResourceLog
{
    private static readonly string[] Colours = ["\e[36m", "\e[33m", "\e[32m", "\e[35m", "\e[34m", "\e[96m", "\e[93m", "\e[92m", "\e[95m"];

    private readonly bool _coloured = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private readonly Lazy<int> _width = new(() => model.Resources.Max(resource => resource.Name.Length) + 2);

    public void Write(string resourceId, string line, bool isError)
    {
        var name = resourceId.PadRight(_width.Value);
        if (_coloured)
        {
            var colour = Colours[resourceId.Sum(c => c) % Colours.Length];
            Console.Out.WriteLine($"{colour}{name}\e[0m {line}");
        }
        else
        {
            Console.Out.WriteLine($"{name} {line}");
        }
    }
}
