using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Topaz.MLNet;

// Loads an ML.NET model and prints the picks of a micrograph, through Transform and through PredictionEngine, as the bits of x, y
// and score. Arguments: the model's zip, an image.
var ml = new MLContext();
ITransformer model = Load(ml, args[0]);
Pick(ml, model, args[1]);

static ITransformer Load(MLContext ml, string zip)
{
    // Otherwise it would not be shown that ML.NET finds the library by itself.
    if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name is "Topaz.MLNet" or "Topaz.Core") is { } early)
        throw new InvalidOperationException($"{early} is loaded before the model.");
    return ml.Model.Load(zip, out _);
}

// Methods of their own, for to compile one is to load the types in it.
[MethodImpl(MethodImplOptions.NoInlining)]
static void Pick(MLContext ml, ITransformer model, string image)
{
    var row = new MicrographData { Path = image };
    Print("Transform", ml.Data.CreateEnumerable<MicrographPicks>(model.Transform(ml.Data.LoadFromEnumerable([row])), reuseRowObject: false).Single());
    Print("PredictionEngine", ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(model).Predict(row));
}

[MethodImpl(MethodImplOptions.NoInlining)]
static void Print(string how, MicrographPicks picks)
{
    Console.WriteLine(how);
    for (int i = 0; i < picks.X.Length; i++)
        Console.WriteLine($"{Hex(picks.X[i])} {Hex(picks.Y[i])} {Hex(picks.Score[i])}");
}

static string Hex(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
