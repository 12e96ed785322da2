using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Topaz.MLNet;

// Loads an ML.NET model and prints the picks of micrographs, through Transform and through PredictionEngine, as the bits of x, y
// and score. Arguments: the model's zip, images.
var ml = new MLContext();
ITransformer model = Load(ml, args[0]);
Pick(ml, model, args[1..]);

static ITransformer Load(MLContext ml, string zip)
{
    // Otherwise it would not be shown that ML.NET finds the library by itself.
    if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name is "Topaz.MLNet" or "Topaz.Core") is { } early)
        throw new InvalidOperationException($"{early} is loaded before the model.");
    return ml.Model.Load(zip, out _);
}

// Methods of their own, for to compile one is to load the types in it.
[MethodImpl(MethodImplOptions.NoInlining)]
static void Pick(MLContext ml, ITransformer model, string[] images)
{
    MicrographData[] rows = [.. images.Select(image => new MicrographData { Path = image })];
    foreach (MicrographPicks picks in ml.Data.CreateEnumerable<MicrographPicks>(model.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false))
        Print("Transform", picks);
    var engine = ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(model);
    foreach (MicrographData row in rows)
        Print("PredictionEngine", engine.Predict(row));
}

[MethodImpl(MethodImplOptions.NoInlining)]
static void Print(string how, MicrographPicks picks)
{
    Console.WriteLine($"{how} {picks.Name}");
    for (int i = 0; i < picks.X.Length; i++)
        Console.WriteLine($"{Hex(picks.X[i])} {Hex(picks.Y[i])} {Hex(picks.Score[i])}");
}

static string Hex(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
