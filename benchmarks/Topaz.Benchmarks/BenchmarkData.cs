using Topaz.Images;
using Topaz.Networks;
using Topaz.Simulation;

namespace Topaz.Benchmarks;

/// <summary>Files that contenders work on, in a temporary folder.</summary>
internal static class BenchmarkData
{
    public const string Model = "model.sav";

    /// <summary>Writes a raw micrograph of 4096², raw.mrc, one of 2048², and a model that downsamples by 4.</summary>
    public static void Write(string folder)
    {
        foreach ((string name, int size) in new[] { ("raw", 4096), ("smaller", 2048) })
        {
            var options = new SimulationOptions { Width = size, Height = size, PixelSize = 0.9, Particles = size / 16 };
            MrcFile.Write(Path.Combine(folder, name + ".mrc"), MicrographSimulator.Simulate(options, 0).Micrograph);
        }

        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions());
        Weights weights = WeightInitializer.Create(architecture, seed: 1);
        ModelFile.Save(Path.Combine(folder, Model), new PickerModel(architecture, weights, new Preprocessing(4, Normalization.Mixture)));
    }

    /// <summary>A folder with that many micrographs; they are links to one file, for their pixels do not matter.</summary>
    public static string Folder(string data, int count)
    {
        string folder = Path.Combine(data, $"folder-{count}");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            for (int i = 0; i < count; i++)
                File.CreateSymbolicLink(Path.Combine(folder, $"micrograph-{i:000}.mrc"), Path.Combine(data, "smaller.mrc"));
        }

        return folder;
    }
}
