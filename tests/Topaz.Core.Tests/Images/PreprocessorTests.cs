using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class PreprocessorTests : IDisposable
{
    private static readonly Preprocessing s_preprocessing = new(2, Normalization.Mixture);

    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-preprocess-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_are_prepared_alike_whatever_the_order_and_the_workers()
    {
        string[] inputs = [.. Enumerable.Range(0, 7).Select(i => Raw($"m{i}", 60 + i, 50))];
        RunAll(inputs, "one", workers: 1);
        RunAll([.. inputs.Reverse()], "three", workers: 3);
        foreach (string input in inputs)
        {
            string name = MicrographFile.NameOf(input) + ".mrc";
            string one = Path.Combine(_folder, "one", name), three = Path.Combine(_folder, "three", name);
            Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(three));
            Micrograph raw = MrcFile.Read(input), prepared = MrcFile.Read(one);
            Assert.Equal(Preprocessor.Apply(raw, s_preprocessing).Pixels, prepared.Pixels);
            Assert.Equal(1.5 * raw.Width / (raw.Width / 2), prepared.PixelSize, 5);
        }
    }

    [Fact]
    public void A_bad_file_is_reported_and_the_run_goes_on()
    {
        string good = Raw("good", 40, 40);
        string blank = Path.Combine(_folder, "blank.mrc"), broken = Path.Combine(_folder, "broken.mrc");
        MrcFile.Write(blank, new Micrograph("blank", 40, 40, new float[1600]));
        File.WriteAllBytes(broken, [1, 2, 3]);
        PreprocessResult[] results = RunAll([blank, broken, Path.Combine(_folder, "missing.mrc"), good], "out", workers: 2);

        Assert.Equal(4, results.Length);
        Assert.IsType<TopazException>(results.Single(result => result.Input == blank).Error);
        Assert.IsType<MicrographFormatException>(results.Single(result => result.Input == broken).Error);
        Assert.Null(results.Single(result => result.Input == good).Error);
        Assert.Equal([Path.Combine(_folder, "out", "good.mrc")], Directory.GetFiles(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void Outputs_never_replace_an_input_or_each_other()
    {
        string input = Raw("a", 40, 40);
        byte[] before = File.ReadAllBytes(input);
        void Run(string[] inputs, Func<string, string> output) => Preprocessor.Run(inputs, output, s_preprocessing, 1, _ => { });

        Assert.Contains("replaced", Assert.Throws<TopazException>(() => Run([input], path => path)).Message);
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        string twin = Raw(Path.Combine("b", "a"), 40, 40);
        string Same(string path) => Path.Combine(_folder, "out-" + Path.GetFileName(path));
        Assert.Contains("both", Assert.Throws<TopazException>(() => Run([input, twin], Same)).Message);
        Assert.Equal(before, File.ReadAllBytes(input));
    }

    [Fact]
    public void A_stopped_run_keeps_what_is_done()
    {
        string[] inputs = [.. Enumerable.Range(0, 5).Select(i => Raw($"m{i}", 40, 40))];
        using CancellationTokenSource stop = new();
        string output = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        int done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Preprocessor.Run(
            inputs,
            input => Path.Combine(output, Path.GetFileName(input)),
            s_preprocessing,
            workers: 1,
            _ =>
            {
                if (++done == 2)
                    stop.Cancel();
            },
            cancellation: stop.Token));
        Assert.Equal(["m0.mrc", "m1.mrc"], Directory.GetFiles(output).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_to_do_changes_nothing()
    {
        Micrograph image = MrcFile.Read(Raw("same", 20, 20));
        Assert.Same(image, Preprocessor.Apply(image, new Preprocessing(1, Normalization.None)));
    }

    private PreprocessResult[] RunAll(string[] inputs, string folder, int workers)
    {
        string output = Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName;
        List<PreprocessResult> results = [];
        Preprocessor.Run(inputs, input => Path.Combine(output, Path.GetFileName(input)), s_preprocessing, workers, results.Add);
        return [.. results];
    }

    private string Raw(string name, int width, int height)
    {
        RandomStream random = new(9, (uint)width);
        float[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => (float)(100 + 5 * random.NextGaussian()))];
        string path = Path.Combine(_folder, name + ".mrc");
        MrcFile.Write(path, new Micrograph(name, width, height, pixels, pixelSize: 1.5));
        return path;
    }
}
