using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetContract.Tests;

/// <summary>Short forms for what the tests compare.</summary>
internal static class Columns
{
    /// <summary>Names and types, hidden columns in brackets.</summary>
    public static string Describe(this DataViewSchema schema) =>
        string.Join(" ", schema.Select(c => c.IsHidden ? $"[{c.Name}:{c.Type}]" : $"{c.Name}:{c.Type}"));

    public static string Describe(this SchemaShape shape) =>
        string.Join(" ", shape.Select(c => $"{c.Name}:{c.Kind}:{c.ItemType}{(c.IsKey ? ":key" : "")}"));

    public static float[] Floats(this IDataView data, string column) => [.. data.GetColumn<float>(column)];

    public static string[] Texts(this IDataView data, string column) => [.. data.GetColumn<string>(column)];

    /// <summary>The message up to the parameter's name that .NET adds.</summary>
    public static string Text(this Exception e) => e.Message.Split(" (Parameter")[0];
}
