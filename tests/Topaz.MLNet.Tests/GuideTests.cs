using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Code that docs/mlnet.md shows and no example does; <see cref="DocumentationTests"/> compares the two.</summary>
public sealed class GuideTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    private string In(string file) => Path.Combine(data.Folder, file);

    /// <summary>A row class of an application.</summary>
    public sealed class Exposure
    {
        public string Name { get; set; } = "";

        [MicrographType]
        public Micrograph? Image { get; set; }

        public float Defocus { get; set; }
    }

    [Fact]
    public void A_row_class_of_your_own()
    {
        var ml = new MLContext(seed: 1);
        PickerModel network = ml.ParticlePicking.FindNetwork(SimulatedData.Pipeline(ml).Fit(data.Load(ml)))!.Model;
        Micrograph image = MicrographFile.Read(In(data.Labels.Micrographs[0] + ".mrc"));

        IDataView exposures = ml.Data.LoadFromEnumerable([new Exposure { Name = "a", Image = image, Defocus = 1.8f }]);
        var pipeline = ml.ParticlePicking.Transforms.ScoreMicrographs(network, new() { InputColumnName = nameof(Exposure.Image) })
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));
        IDataView picked = pipeline.Fit(exposures).Transform(exposures);

        Assert.NotNull(picked.Schema.GetColumnOrNull(nameof(Exposure.Defocus)));
        Assert.NotEmpty(ml.ParticlePicking.ToParticleTable(picked)["a"]);
    }

    [Fact]
    public void Between_the_command_and_MLNet()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        string picker = In("picker.zip"), command = In("picker.sav"), micrograph = In(data.Labels.Micrographs[0] + ".mrc");
        ml.Model.Save(SimulatedData.Pipeline(ml).Fit(rows), rows.Schema, picker);

        ITransformer loaded = ml.Model.Load(picker, out DataViewSchema input);
        ModelFile.Save(command, ml.ParticlePicking.FindNetwork(loaded)!.Model);

        var pipeline = ml.ParticlePicking.Transforms.ScoreMicrographs(command)
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));
        ITransformer model = pipeline.Fit(ml.ParticlePicking.LoadMicrographs(micrograph));

        Assert.Null(input.GetColumnOrNull(PickingColumns.Micrograph));
        Assert.NotNull(input.GetColumnOrNull(PickingColumns.Path));
        Assert.NotNull(ml.ParticlePicking.FindNetwork(model));
    }

    [Fact]
    public void Picks_of_many_micrographs_are_computed_as_they_are_read()
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = SimulatedData.Pipeline(ml).Fit(data.Load(ml));
        int read = 0, told = 0;
        string path = In(data.Labels.Micrographs[0] + ".mrc");
        IDataView micrographs = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i =>
        {
            read = i + 1;
            return new MicrographData { Path = path, Name = $"m{i}" };
        }));

        foreach (MicrographPicks picks in ml.ParticlePicking.ReadPicks(model.Transform(micrographs)))
            Report(picks);

        Assert.Equal(100, told);

        void Report(MicrographPicks picks)
        {
            Assert.Equal($"m{told++}", picks.Name);
            Assert.NotEmpty(picks.X);
            Assert.InRange(read, told, told + 1);
        }
    }

    [Fact]
    public void Judging_in_MLNets_own_way()
    {
        var ml = new MLContext(seed: 1);
        IDataView picked = SimulatedData.Pipeline(ml).Fit(data.Load(ml)).Transform(data.Load(ml));

        IDataView picks = ml.ParticlePicking.UnrollPicks(picked);
        BinaryClassificationMetrics metrics = ml.BinaryClassification.EvaluateNonCalibrated(picks);

        Assert.InRange(metrics.AreaUnderRocCurve, 0.01, 1);
    }

    [Fact]
    public void Shuffled_paths()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);

        IDataView shuffled = ml.Data.ShuffleRows(rows);
        IDataView loaded = ml.ParticlePicking.Transforms.LoadMicrographs().Fit(shuffled).Transform(shuffled);

        Assert.Equal(SimulatedData.Count, loaded.GetColumn<Micrograph>(PickingColumns.Micrograph).Count());
        Assert.Equal(data.Labels.Micrographs.Order(), loaded.GetColumn<string>(PickingColumns.Name).Order());
    }
}
