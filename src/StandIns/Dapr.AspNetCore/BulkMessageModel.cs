#nullable disable
namespace Dapr.AspNetCore;

/// <summary>CloudEvents 1.0 envelope of one message of a batch.</summary>
public class BulkMessageModel<TValue>
{
    /// <summary>Creates an empty envelope.</summary>
    public BulkMessageModel() { }

    /// <summary>Creates an envelope.</summary>
    public BulkMessageModel(string id, string source, string type, string specversion, string datacontenttype, TValue data)
    {
        Id = id;
        Source = source;
        Type = type;
        Specversion = specversion;
        Datacontenttype = datacontenttype;
        Data = data;
    }

    /// <summary>Event id.</summary>
    public string Id { get; set; }

    /// <summary>App id of the publisher.</summary>
    public string Source { get; set; }

    /// <summary>Event type.</summary>
    public string Type { get; set; }

    /// <summary>Always <c>1.0</c>.</summary>
    public string Specversion { get; set; }

    /// <summary>Media type of the data.</summary>
    public string Datacontenttype { get; set; }

    /// <summary>The data.</summary>
    public TValue Data { get; set; }
}
