namespace Topaz.Tests;

/// <summary>Bad input is told in one clear line, nothing useful done is a non-zero exit, and nothing is overwritten.</summary>
public sealed class BadInputTests : IClassFixture<BadInputTests.Trained>
{
    private const string Precious = "an older result";
    private readonly Trained _data;

    public BadInputTests(Trained data)
    {
        _data = data;
        data.Files.Write("result.txt", Precious);
        data.Files.Write("out/image.mrc", Precious);
    }

    [Theory]
    [InlineData("missing.mrc", "missing.mrc: ")]
    [InlineData("truncated.mrc", "truncated.mrc: ")]
    [InlineData("huge.mrc", "huge.mrc: ")]
    [InlineData("nan.mrc", "nan.mrc: ")]
    [InlineData("constant.mrc", "constant.mrc: ")]
    [InlineData("empty.mrc", "empty.mrc: ")]
    [InlineData("empty.txt", "empty.txt: ")]
    [InlineData("header-only.txt", "header-only.txt: ")]
    [InlineData("nothing/*.mrc", "nothing/*.mrc: ")]
    public void Bad_micrographs_are_not_picked(string image, string message) =>
        Fails($"extract -r 5 -m model_epoch3.sav -o result.txt {image}", message);

    [Theory]
    [InlineData("missing.mrc")]
    [InlineData("truncated.mrc")]
    [InlineData("huge.mrc")]
    [InlineData("nan.mrc")]
    [InlineData("constant.mrc")]
    public void Bad_micrographs_are_not_preprocessed(string image)
    {
        _data.Files.Write($"out/{image}", Precious);
        Fails($"preprocess -s 2 -o out {image}", Path.GetFileNameWithoutExtension(image));
        Assert.Equal(Precious, File.ReadAllText(_data.Files[$"out/{image}"]));
    }

    [Theory]
    [InlineData("missing.txt", "missing.txt: ")]
    [InlineData("empty.txt", "empty.txt: ")]
    [InlineData("header-only.txt", "no labels")]
    [InlineData("outside.txt", "lie outside the images")]
    [InlineData("others.txt", "none of its micrographs is among the images")]
    [InlineData("letters.txt", "line 2")]
    public void Bad_labels_are_not_learnt(string labels, string message) =>
        Fails($"train -n 20 -o result.txt --train-images data/micrographs --train-targets {labels}", message);

    [Theory]
    [InlineData("--pi 0")]
    [InlineData("--pi 1.5")]
    [InlineData("-n -3")]
    [InlineData("-n 100000")]
    [InlineData("--pi 0.1 --minibatch-balance 2")]
    [InlineData("--pi 0.1 --num-epochs 0")]
    public void Numbers_out_of_range_are_not_learnt(string flags) => Fails(
        $"train {flags} -o result.txt --train-images data/micrographs --train-targets data/particles.txt", "");

    [Theory]
    [InlineData("extract -r 5 -m model_epoch3.sav -o empty.txt/picks.txt data/micrographs", "empty.txt")]
    [InlineData("extract -r 5 -m model_epoch3.sav -o out data/micrographs", "out: is a folder")]
    [InlineData("extract -r 5 -m model_epoch3.sav -o /dev/null data/micrographs", "/dev/null: is a device")]
    [InlineData("segment -m model_epoch3.sav -o empty.txt data/micrographs", "empty.txt")]
    [InlineData("preprocess -o empty.txt/out data/micrographs", "empty.txt")]
    [InlineData("train -n 20 --save-prefix empty.txt/model --train-images data/micrographs --train-targets data/particles.txt", "empty.txt")]
    [InlineData("simulate -o empty.txt/data", "empty.txt")]
    public void Unwritable_folders_are_told_before_the_work(string commandLine, string message) => Fails(commandLine, message);

    [Theory]
    [InlineData("extract -r 5 -m resnet8 data/micrographs", "no weights are packaged")]
    [InlineData("extract -r 5 -m model.checkpoint data/micrographs", "this is a checkpoint")]
    [InlineData("extract -r 5 -m missing.sav data/micrographs", "missing.sav: ")]
    [InlineData("extract -r 5 -m truncated.sav data/micrographs", "truncated.sav: ")]
    [InlineData("extract -r 5 -m data/particles.txt data/micrographs", "particles.txt: ")]
    public void What_is_no_model_does_not_pick(string commandLine, string message) => Fails(commandLine, message);

    [Fact]
    public void Labels_of_other_micrographs_say_nothing_about_picks() => Fails(
        "precision_recall_curve --predicted others.txt --targets data/particles.txt -r 5", "none of its micrographs has labels");

    [Theory]
    [InlineData("downsample -o INPUT INPUT", "is an input")]
    [InlineData("downsample -o linked/simulated_0000.mrc INPUT", "is an input")]
    [InlineData("extract -r 5 -m model_epoch3.sav -o INPUT data/micrographs/simulated_0001.mrc", "has the name of an image")]
    [InlineData("extract -r 5 -m model_epoch3.sav -o data/micrographs.txt data/micrographs.txt", "is an input")]
    [InlineData("extract -r 5 -m model_epoch3.sav -o model_epoch3.sav INPUT", "is an input")]
    [InlineData("train -n 20 --save-prefix model -m model_epoch3.sav --train-images data/micrographs --train-targets data/particles.txt", "is an input")]
    [InlineData("train -n 20 -o data/particles.txt --train-images data/micrographs --train-targets data/particles.txt", "is an input")]
    [InlineData("demo --micrographs data/micrographs --particles picks.txt --radius 20 -o .", "picks.txt: is an input")]
    [InlineData("preprocess -s 2 -o data/micrographs data/micrographs", "is one of the micrographs")]
    [InlineData("preprocess -s 2 -o linked INPUT", "is one of the micrographs")]
    [InlineData("preprocess -s 2 -o data/micrographs swapped.txt", "is one of the micrographs")]
    [InlineData("segment -m model_epoch3.sav -o linked swapped.txt", "is one of the micrographs")]
    public void Inputs_are_not_overwritten(string commandLine, string message)
    {
        const string Input = "data/micrographs/simulated_0000.mrc";
        string[] inputs = [Input, "data/micrographs/simulated_0001.mrc", "data/micrographs.txt", "data/particles.txt", "model_epoch3.sav", "picks.txt"];
        byte[][] before = [.. inputs.Select(input => File.ReadAllBytes(_data.Files[input]))];
        Fails(commandLine.Replace("INPUT", Input), message);
        Assert.Equal(before, inputs.Select(input => File.ReadAllBytes(_data.Files[input])));
    }

    [Theory]
    [InlineData("extract -m model_epoch3.sav -r 0 --targets data/particles.txt data/micrographs", "--radius must be 1 to 10000")]
    [InlineData("extract -m model_epoch3.sav -r 1500000000 data/micrographs", "--radius must be 0 to 10000")]
    [InlineData("extract -m model_epoch3.sav --targets data/particles.txt --max-radius 2000000000 data/micrographs", "--max-radius must be")]
    [InlineData("extract -m model_epoch3.sav -r 5 --targets data/particles.txt --assignment-radius Infinity data/micrographs", "--assignment-radius must be")]
    [InlineData("train -n 20 -r 1500000000 --train-images data/micrographs --train-targets data/particles.txt", "--radius must be")]
    [InlineData("train -n 20 -m model_epoch3.sav --units 8 --train-images data/micrographs --train-targets data/particles.txt", "--units cannot be chosen")]
    public void Flags_that_make_no_sense_are_a_usage_error(string commandLine, string message) => Fails(commandLine, message, exitCode: 2);

    [Fact]
    public void Simulation_out_of_range_leaves_no_folder()
    {
        Fails("simulate --snr -1 -o unmade", "signal-to-noise");
        Assert.False(Directory.Exists(_data.Files["unmade"]));
    }

    // The shell makes writing fail: by a file size limit of 100 blocks, or by a device that is always full.
    [Theory]
    [InlineData("trap '' XFSZ; ulimit -f 100; {0} -o result.txt", "result.txt: cannot be written")]
    [InlineData("{0} > /dev/full", "output: cannot be written")]
    public void A_full_disk_ends_the_run(string script, string message)
    {
        TopazProcess.Result result = TopazProcess.Shell(
            _data.Files.FullName, string.Format(script, "\"$0\" \"$1\" extract -r 0 -t -100 -m model_epoch3.sav data/micrographs"));
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(message, Assert.Single(result.ErrorLines, line => line.StartsWith("topaz extract: ", StringComparison.Ordinal)));
        Assert.Equal(Precious, File.ReadAllText(_data.Files["result.txt"]));
        Assert.Empty(Directory.GetFiles(_data.Files.FullName, "*.tmp", SearchOption.AllDirectories));
    }

    private void Fails(string commandLine, string message, int exitCode = 1)
    {
        TopazProcess.Result result = TopazProcess.Run(_data.Files.FullName, commandLine);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        string verb = commandLine.Split(' ')[0];
        string said = Assert.Single(result.ErrorLines, line => line.StartsWith($"topaz {verb}: ", StringComparison.Ordinal) && !line.Contains("warning: without --save-prefix"));
        Assert.Contains(message, said);
        Assert.DoesNotContain("unexpected", said);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.Empty(result.Output);
        Assert.Equal(Precious, File.ReadAllText(_data.Files["result.txt"]));
        Assert.Equal(Precious, File.ReadAllText(_data.Files["out/image.mrc"]));
        Assert.Empty(Directory.GetFiles(_data.Files.FullName, "*.tmp", SearchOption.AllDirectories));
    }

    /// <summary>A small model and a collection of bad files.</summary>
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            Files.Run($"{DataSet.Train} --save-prefix model");
            byte[] image = File.ReadAllBytes(Files["data/micrographs/simulated_0000.mrc"]);
            File.WriteAllBytes(Files["truncated.mrc"], image[..5000]);
            File.WriteAllBytes(Files["huge.mrc"], [.. BitConverter.GetBytes(1 << 16), .. BitConverter.GetBytes(1 << 15), .. image[8..]]);
            File.WriteAllBytes(Files["nan.mrc"], [.. image[..4000], .. BitConverter.GetBytes(float.NaN), .. image[4004..]]);
            File.WriteAllBytes(Files["constant.mrc"], [.. image[..1024], .. new byte[image.Length - 1024]]);
            Directory.CreateSymbolicLink(Files["linked"], Files["data/micrographs"]);
            // The result of each would replace the other.
            Files.Write("swapped.txt", "image_name\tpath\nsimulated_0000\tdata/micrographs/simulated_0001.mrc\nsimulated_0001\tdata/micrographs/simulated_0000.mrc\n");
            File.Copy(Files["data/particles.txt"], Files["picks.txt"]);
            Files.Write("empty.mrc", "");
            Files.Write("empty.txt", "");
            Files.Write("header-only.txt", "image_name\tpath\tx_coord\ty_coord\n");
            Files.Write("outside.txt", "image_name\tx_coord\ty_coord\nsimulated_0000\t9999\t20\n");
            Files.Write("others.txt", "image_name\tx_coord\ty_coord\tscore\nother\t20\t20\t1\n");
            Files.Write("letters.txt", "image_name\tx_coord\ty_coord\nsimulated_0000\ttwenty\t20\n");
            byte[] model = File.ReadAllBytes(Files["model_epoch3.sav"]);
            File.WriteAllBytes(Files["truncated.sav"], model[..(model.Length / 2)]);
        }

        public DataSet Files { get; } = new();

        public void Dispose() => Files.Dispose();
    }
}
