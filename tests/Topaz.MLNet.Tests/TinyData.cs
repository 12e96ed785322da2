using Microsoft.ML;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Training;

namespace Topaz.MLNet.Tests;

/// <summary>Micrographs in memory, so small that anything done with them takes milliseconds: dark discs in noise, all labelled.</summary>
internal static class TinyData
{
    public const int Count = 4, Width = 96, Height = 80;

    /// <summary>Radius of the discs, in raw pixels.</summary>
    public const int ParticleRadius = 6;

    private static readonly Lazy<IReadOnlyList<MicrographData>> SharedRows = new(() => [.. Enumerable.Range(0, Count).Select(Make)]);
    private static readonly Lazy<string> SharedFolder = new(Write);
    private static readonly Lazy<PickerModel> SharedModel = new(Train);

    /// <summary>What the network of <see cref="Model"/> was trained on.</summary>
    public static Preprocessing Preprocessing { get; } = new(2, Normalization.Affine);

    public static IReadOnlyList<MicrographData> Rows => SharedRows.Value;

    /// <summary>A network after a few updates.</summary>
    public static PickerModel Model => SharedModel.Value;

    /// <summary>A folder with the same micrographs in files; gone when the tests are over.</summary>
    public static string Folder => SharedFolder.Value;

    /// <summary>Micrographs in memory.</summary>
    public static IDataView Load(MLContext ml) => ml.Data.LoadFromEnumerable(Rows);

    /// <summary>The same micrographs in files.</summary>
    public static IDataView LoadFiles(MLContext ml) => ml.Data.LoadFromEnumerable(Rows.Select(row =>
        new MicrographData { Path = Path.Combine(Folder, row.Name + ".mrc"), Name = row.Name, LabelX = row.LabelX, LabelY = row.LabelY }).ToArray());

    /// <summary>What a trainer needs for three updates.</summary>
    public static PositiveUnlabeledTrainer.Options Options(Action<PositiveUnlabeledTrainer.Options>? change = null)
    {
        var options = new PositiveUnlabeledTrainer.Options
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 4 },
            ExpectedParticles = 12,
            Radius = 2,
            MinibatchSize = 16,
            NumberOfEpochs = 1,
            UpdatesPerEpoch = 3,
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>A micrograph and its labels; the same for the same index.</summary>
    public static MicrographData Make(int index)
    {
        var random = new RandomStream(77, (uint)index);
        float[] pixels = [.. Enumerable.Range(0, Width * Height).Select(_ => (float)random.NextGaussian())];
        var labels = new List<(int X, int Y)>();
        for (int y = 14; y < Height - 10; y += 26)
        {
            for (int x = 14; x < Width - 10; x += 26)
                labels.Add((x + random.NextInt32(8), y + random.NextInt32(8)));
        }

        foreach ((int x, int y) in labels)
        {
            for (int dy = -ParticleRadius; dy <= ParticleRadius; dy++)
            {
                for (int dx = -ParticleRadius; dx <= ParticleRadius; dx++)
                {
                    if (dx * dx + dy * dy <= ParticleRadius * ParticleRadius)
                        pixels[(y + dy) * Width + x + dx] -= 1.5f;
                }
            }
        }

        string name = FormattableString.Invariant($"tiny{index:000}");
        return new MicrographData
        {
            Name = name,
            Micrograph = new Micrograph(name, Width, Height, pixels, pixelSize: 2),
            LabelX = [.. labels.Select(label => (float)label.X)],
            LabelY = [.. labels.Select(label => (float)label.Y)],
        };
    }

    private static string Write()
    {
        string folder = Directory.CreateTempSubdirectory("topaz-mlnet-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (MicrographData row in Rows)
            MrcFile.Write(Path.Combine(folder, row.Name + ".mrc"), row.Micrograph);
        return folder;
    }

    private static PickerModel Train()
    {
        Micrograph[] prepared = [.. Rows.Select(row => Preprocessor.Apply(row.Micrograph, Preprocessing))];
        var labels = new ParticleTable();
        for (int i = 0; i < prepared.Length; i++)
            labels.Add(prepared[i].Name, Rows[i].LabelX.Zip(Rows[i].LabelY, (x, y) => prepared[i].FromRaw(new Particle(x, y))));
        var options = new TrainingOptions
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 4 }, Preprocessing = Preprocessing, ExpectedParticles = 12,
            Radius = 2, MinibatchSize = 16, Epochs = 1, UpdatesPerEpoch = 20, AutoencoderWeight = 0,
        };
        return new TrainingSession(new CpuBackend(), new TrainingData(prepared, labels), options).Run().Model;
    }
}
