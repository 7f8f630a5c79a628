using McpMesh.Samples.ShopData;

if (Arguments.Read(args, out var error) is not { } arguments)
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}
var day = new ShopDay(arguments.Day, arguments.Seed);
ShopFiles.Write(day, arguments.Out);
Console.WriteLine(
    $"{day.Visits.Count} requests, {day.Orders.Count} orders, {day.Orders.Count(order => order.Failure is not null)} of them failed: " +
        $"{Path.GetFullPath(arguments.Out)}");
return 0;
