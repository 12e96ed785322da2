using Microsoft.ML;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Many threads share one loaded model.</summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 10, Micrographs = 100, PerThread = 30;
    private readonly MicrographData[] _rows = [.. Enumerable.Range(0, Micrographs).Select(TinyData.Make)];
    private readonly MLContext _ml = new(seed: 1);
    private readonly ITransformer _model;
    private readonly MicrographPicks[] _expected;

    public ConcurrencyTests()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer fitted = _ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model).Append(_ml.ParticlePicking.Transforms.ExtractParticles(3, -100)).Fit(data);
        using var zip = new MemoryStream();
        _ml.Model.Save(fitted, data.Schema, zip);
        zip.Position = 0;
        _model = _ml.Model.Load(zip, out _);
        _expected = Picks(_rows);
        Assert.All(_expected, picks => Assert.NotEmpty(picks.X));
        Assert.Equal(Micrographs, _expected.Select(picks => picks.Score[0]).Distinct().Count());
    }

    [Fact]
    public void Ten_threads_with_their_own_engines_pick_what_one_picks()
    {
        var actual = new MicrographPicks[Threads, PerThread];
        OnThreads(thread =>
        {
            PredictionEngine<MicrographData, MicrographPicks> engine = _ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(_model);
            for (int i = 0; i < PerThread; i++)
                actual[thread, i] = engine.Predict(_rows[IndexOf(thread, i)]);
        });
        AssertExpected((thread, i) => actual[thread, i]);
    }

    [Fact]
    public void Ten_threads_transform_what_one_transforms()
    {
        var actual = new MicrographPicks[Threads][];
        OnThreads(thread => actual[thread] = Picks([.. Enumerable.Range(0, PerThread).Select(i => _rows[IndexOf(thread, i)])]));
        AssertExpected((thread, i) => actual[thread][i]);
    }

    [Fact]
    public void Ten_threads_read_one_transformed_view()
    {
        IDataView picked = _model.Transform(_ml.Data.LoadFromEnumerable(_rows[..PerThread]));
        var actual = new MicrographPicks[Threads][];
        OnThreads(thread => actual[thread] = [.. _ml.Data.CreateEnumerable<MicrographPicks>(picked, reuseRowObject: false)]);
        foreach (MicrographPicks[] picks in actual)
        {
            for (int i = 0; i < PerThread; i++)
                AssertSame(_expected[i], picks[i]);
        }
    }

    [Fact]
    public void An_engine_made_first_is_as_good_after_all_others()
    {
        PredictionEngine<MicrographData, MicrographPicks> first = _ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(_model);
        AssertSame(_expected[0], first.Predict(_rows[0]));
        for (int i = 1; i < 5; i++)
            AssertSame(_expected[i], _ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(_model).Predict(_rows[i]));
        AssertSame(_expected[9], first.Predict(_rows[9]));
        AssertSame(_expected[0], first.Predict(_rows[0]));
    }

    /// <summary>Every micrograph is met by three threads, at different times.</summary>
    private static int IndexOf(int thread, int i) => (thread * Micrographs / Threads + i) % Micrographs;

    private static void OnThreads(Action<int> work)
    {
        var failures = new Exception?[Threads];
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                work(index);
            }
            catch (Exception failure)
            {
                failures[index] = failure;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    private static void AssertSame(MicrographPicks expected, MicrographPicks actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.X, actual.X);
        Assert.Equal(expected.Y, actual.Y);
        Assert.Equal(expected.Score, actual.Score);
    }

    private void AssertExpected(Func<int, int, MicrographPicks> actual)
    {
        for (int thread = 0; thread < Threads; thread++)
        {
            for (int i = 0; i < PerThread; i++)
                AssertSame(_expected[IndexOf(thread, i)], actual(thread, i));
        }
    }

    private MicrographPicks[] Picks(MicrographData[] rows) =>
        [.. _ml.Data.CreateEnumerable<MicrographPicks>(_model.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];
}
