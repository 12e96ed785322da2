using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Images;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>A model saved here picks the same in a process that knows nothing of this library but its file.</summary>
public sealed class FreshProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-mlnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_picks_the_same_bit_for_bit()
    {
        var ml = new MLContext(seed: 1);
        AssertSamePicksElsewhere(ml, TinyData.LoadFiles(ml), ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Mixture)
            .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options()))
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(3, -100))
            .Append(ml.ParticlePicking.Transforms.FeaturizeCandidates()));
    }

    [Fact]
    public void A_classical_picker_picks_the_same_bit_for_bit()
    {
        var ml = new MLContext(seed: 1);
        AssertSamePicksElsewhere(ml, TinyData.LoadFiles(ml), ml.ParticlePicking.Transforms.LoadMicrographs()
            .Append(ml.ParticlePicking.Transforms.Normalize())
            .Append(ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 6)));
    }

    [SkippableFact]
    public void On_real_micrographs_a_network_picks_the_same_bit_for_bit()
    {
        string set = Path.Combine(Repository.Root, "..", "shared", "data", "empiar-10028-ribosome");
        Skip.IfNot(Directory.Exists(set), "The folder ../shared with micrographs is not beside this clone.");
        var ml = new MLContext(seed: 1);
        IDataView data = ml.ParticlePicking.LoadMicrographs(Path.Combine(set, "micrographs.txt"), Path.Combine(set, "particles.txt"));
        AssertSamePicksElsewhere(ml, data, ml.ParticlePicking.Transforms.Preprocess(2)
            .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(SimulatedData.Quick(options => options.ExpectedParticles = 100)))
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(13)));
    }

    private void AssertSamePicksElsewhere<T>(MLContext ml, IDataView data, EstimatorChain<T> pipeline)
        where T : class, ITransformer
    {
        ITransformer model = pipeline.Fit(data);
        string zip = Path.Combine(_folder, "picker.zip");
        ml.Model.Save(model, data.Schema, zip);
        List<MicrographPicks> all = [.. ml.Data.CreateEnumerable<MicrographPicks>(model.Transform(data), reuseRowObject: false)];
        Assert.All(all, picks => Assert.NotEmpty(picks.X));
        IEnumerable<string> Expected(string how) => all.SelectMany(picks =>
            picks.X.Select((x, i) => $"{Hex(x)} {Hex(picks.Y[i])} {Hex(picks.Score[i])}").Prepend($"{how} {picks.Name}"));
        Assert.Equal([.. Expected("Transform"), .. Expected("PredictionEngine")], Run([zip, .. data.GetColumn<string>(PickingColumns.Path)]));
    }

    private static string[] Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Topaz.MLNet.LoadModel.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string Hex(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
}
