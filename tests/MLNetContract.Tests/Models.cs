using Microsoft.ML;

namespace MLNetContract.Tests;

/// <summary>Saves and loads models in memory.</summary>
internal static class Models
{
    public static byte[] Save(MLContext ml, ITransformer model, DataViewSchema? schema)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    /// <summary>Loads with a context that knows nothing yet, as a fresh process would.</summary>
    public static ITransformer RoundTrip(MLContext ml, ITransformer model, DataViewSchema? schema, out DataViewSchema loadedSchema)
    {
        using MemoryStream stream = new(Save(ml, model, schema));
        return new MLContext(7).Model.Load(stream, out loadedSchema);
    }
}
