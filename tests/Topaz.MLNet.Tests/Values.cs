using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Images;

namespace Topaz.MLNet.Tests;

/// <summary>The values of some columns as plain numbers, to be compared bit for bit.</summary>
internal static class Values
{
    /// <summary>Reads all rows with one cursor.</summary>
    /// <returns>Each row's name (empty where there is no such column) and its numbers.</returns>
    public static List<(string Name, float[] Numbers)> Of(IDataView data, params IReadOnlyList<string> columns)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column? named = schema.GetColumnOrNull(PickingColumns.Name);
        using DataViewRowCursor cursor = data.GetRowCursor([.. columns.Select(column => schema[column]), .. named is { } active ? [active] : (DataViewSchema.Column[])[]]);
        Func<IEnumerable<float>>[] getters = [.. columns.Select(column => Getter(cursor, schema[column]))];
        ValueGetter<ReadOnlyMemory<char>>? getName = named is { } name ? cursor.GetGetter<ReadOnlyMemory<char>>(name) : null;
        var rows = new List<(string, float[])>();
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> text = default;
            getName?.Invoke(ref text);
            rows.Add((text.ToString(), [.. getters.SelectMany(getter => getter())]));
        }

        return rows;
    }

    private static Func<IEnumerable<float>> Getter(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case MicrographDataViewType:
                ValueGetter<Micrograph> getImage = cursor.GetGetter<Micrograph>(column);
                return () =>
                {
                    Micrograph image = null!;
                    getImage(ref image);
                    return [image.Width, image.Height, (float)image.ScaleX, (float)image.Preprocessing.Downsampling, (float)image.Preprocessing.Normalization, .. image.Pixels];
                };
            case VectorDataViewType:
                ValueGetter<VBuffer<float>> getVector = cursor.GetGetter<VBuffer<float>>(column);
                return () =>
                {
                    VBuffer<float> vector = default;
                    getVector(ref vector);
                    return [vector.Length, .. vector.DenseValues()];
                };
            default:
                ValueGetter<float> getNumber = cursor.GetGetter<float>(column);
                return () =>
                {
                    float number = float.NaN;
                    getNumber(ref number);
                    return [number];
                };
        }
    }
}
