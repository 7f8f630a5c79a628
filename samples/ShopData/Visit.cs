namespace McpMesh.Samples.ShopData;

/// <summary>One HTTP request to the shop.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Client">IP address, from the documentation ranges.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with query.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Bytes">Length of the answer.</param>
/// <param name="Milliseconds">Duration.</param>
/// <param name="Agent">User agent.</param>
/// <param name="Order">The order it placed or tried to place; null for all but checkouts.</param>
internal sealed record Visit(
    DateTimeOffset Time, string Client, string Method, string Path, int Status, int Bytes, int Milliseconds, string Agent, Order? Order);
