using System.Globalization;
using System.Text.Json.Nodes;

namespace Topaz.Search;

/// <summary>The settings of one trial: texts by name, in the order of the space.</summary>
public sealed class TrialParameters
{
    private readonly KeyValuePair<string, string>[] _values;

    /// <summary>Takes settings.</summary>
    public TrialParameters(IEnumerable<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = [.. values];
    }

    /// <summary>Names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>The value of a setting.</summary>
    public string Text(string name) => Find(name) ?? throw new ArgumentException($"There is no setting '{name}'.", nameof(name));

    /// <summary>The value of a setting that is a number.</summary>
    public double Number(string name) => double.Parse(Text(name), CultureInfo.InvariantCulture);

    /// <summary>The value of a setting; null if there is no such setting.</summary>
    public string? Find(string name) => Array.Find(_values, value => value.Key == name).Value;

    /// <summary>The settings as studies keep them.</summary>
    public string ToJson() => new JsonObject(_values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value)))).ToJsonString();

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="TopazException">The text is something else.</exception>
    public static TrialParameters FromJson(string json)
    {
        try
        {
            return new TrialParameters(JsonNode.Parse(json)!.AsObject().Select(value => KeyValuePair.Create(value.Key, (string)value.Value!)));
        }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new TopazException($"The parameters '{TopazException.Quoted(json ?? "")}' cannot be understood.", failure);
        }
    }

    /// <summary>The settings as a person reads them.</summary>
    public override string ToString() => string.Join(", ", _values.Select(value => $"{value.Key} {Short(value.Value)}"));

    /// <summary>A value with as many digits as matter.</summary>
    public static string Short(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out double number) ? number.ToString("G3", CultureInfo.InvariantCulture) : value;
}
