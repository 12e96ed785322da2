using System.Text.Json.Nodes;

namespace Topaz.Search;

/// <summary>All settings that a search chooses, and the values that they may have.</summary>
public sealed class SearchSpace
{
    private readonly Dimension[] _dimensions;

    /// <summary>Takes settings with different names.</summary>
    public SearchSpace(IReadOnlyList<Dimension> dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.DistinctBy(dimension => dimension.Name).Count() != dimensions.Count)
            throw new ArgumentException("Two settings have the same name.", nameof(dimensions));
        _dimensions = [.. dimensions];
    }

    /// <summary>The settings.</summary>
    public IReadOnlyList<Dimension> Dimensions => _dimensions;

    /// <summary>The settings of a user who chooses nothing.</summary>
    public TrialParameters Defaults => new(_dimensions.ToDictionary(dimension => dimension.Name, dimension => dimension.DefaultValue));

    /// <summary>The same space with the values that a user typed for one setting: <c>8</c>, <c>8,16,32</c> or <c>0.001..0.01</c>.</summary>
    /// <exception cref="TopazException">There is no such setting, or the text makes no sense for it.</exception>
    public SearchSpace Narrow(string name, string text) => _dimensions.Any(dimension => dimension.Name == name)
        ? new SearchSpace([.. _dimensions.Select(dimension => dimension.Name == name ? dimension.Narrow(text) : dimension)])
        : throw new TopazException($"There is no setting '{TopazException.Quoted(name)}'; there are {string.Join(", ", _dimensions.Select(dimension => dimension.Name))}.");

    /// <summary>The space as studies keep it.</summary>
    public string ToJson() => new JsonArray([.. _dimensions.Select(ToJson)]).ToJsonString();

    /// <summary>Reads what <see cref="ToJson()"/> wrote.</summary>
    /// <exception cref="TopazException">The text is something else.</exception>
    public static SearchSpace FromJson(string json)
    {
        try
        {
            return new SearchSpace([.. JsonNode.Parse(json)!.AsArray().Select(node => FromJson(node!.AsObject()))]);
        }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            throw new TopazException($"The search space '{TopazException.Quoted(json ?? "")}' cannot be understood.", failure);
        }
    }

    private static JsonNode ToJson(Dimension dimension) => dimension switch
    {
        RangeDimension range => new JsonObject
        {
            ["name"] = range.Name,
            ["low"] = range.Low,
            ["high"] = range.High,
            ["default"] = range.Default,
            ["logarithmic"] = range.IsLogarithmic,
        },
        CategoricalDimension categorical => new JsonObject
        {
            ["name"] = categorical.Name,
            ["values"] = new JsonArray([.. categorical.Values.Select(value => JsonValue.Create(value))]),
            ["default"] = categorical.Default,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private static Dimension FromJson(JsonObject node) => node.ContainsKey("values")
        ? new CategoricalDimension((string)node["name"]!, [.. node["values"]!.AsArray().Select(value => (string)value!)], (string)node["default"]!)
        : new RangeDimension(
            (string)node["name"]!, (double)node["low"]!, (double)node["high"]!, (double)node["default"]!, (bool)node["logarithmic"]!);
}
