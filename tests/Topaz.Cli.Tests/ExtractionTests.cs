using System.Globalization;

namespace Topaz.Tests;

/// <summary>The ways to name micrographs, to say how large particles are, and to get picks.</summary>
public sealed class ExtractionTests(ExtractionTests.Trained data) : IClassFixture<ExtractionTests.Trained>
{
    private const string All = "data/micrographs/simulated_0000.mrc data/micrographs/simulated_0001.mrc";

    [Fact]
    public void Standard_input_and_argument_files_name_micrographs_with_spaces()
    {
        Directory.CreateDirectory(data.Files["with space"]);
        File.Copy(data.Files["data/micrographs/simulated_0000.mrc"], data.Files["with space/a b.mrc"], overwrite: true);
        data.Files.Run($"extract -m model_epoch2.sav -r 5 -o named.txt {All}");
        string expected = File.ReadAllText(data.Files["named.txt"]);
        data.Files.Write("arguments.txt", "-o\nfile.txt\n\n" + All.Replace(' ', '\n') + "\n");
        data.Files.Run("extract -m model_epoch2.sav -r 5 @arguments.txt");
        Assert.Equal(expected, File.ReadAllText(data.Files["file.txt"]));

        foreach (string none in (string[])["", "-"])
        {
            TopazProcess.Result result = TopazProcess.Shell(
                data.Files.FullName, $"ls data/micrographs/simulated_000[01].mrc \"with space/a b.mrc\" | \"$0\" \"$1\" extract -m model_epoch2.sav -r 5 {none}");
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.StartsWith(expected, result.Output);
            Assert.Contains("\na b\t", result.Output);
        }
    }

    [Fact]
    public void Each_micrograph_can_have_its_own_file()
    {
        data.Files.Run($"extract -m model_epoch2.sav -r 5 -o one.txt {All}");
        data.Files.Run($"extract -m model_epoch2.sav -r 5 --per-micrograph --suffix _picks -o each {All}");
        string[] lines = File.ReadAllLines(data.Files["one.txt"]);
        foreach (string name in (string[])["simulated_0000", "simulated_0001"])
        {
            Assert.Equal(
                lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Prepend(lines[0]), File.ReadAllLines(data.Files[$"each/{name}_picks.txt"]));
        }

        Directory.CreateDirectory(data.Files["beside"]);
        File.Copy(data.Files["data/micrographs/simulated_0000.mrc"], data.Files["beside/m.mrc"], overwrite: true);
        data.Files.Run("extract -m model_epoch2.sav -r 5 --per-micrograph beside/m.mrc");
        Assert.True(File.Exists(data.Files["beside/m.txt"]));
    }

    [Fact]
    public void A_diameter_chooses_scale_and_radius()
    {
        // Simulated pixels are of 5 Å: a diameter of 160 Å is a radius of 16 pixels, downsampled by 2 to 8; picks are a quarter more apart.
        const string Data = "--train-images data/image_list_train.txt --train-targets data/particles_train.txt ";
        const string Quick = "train -m conv31 --units 4 -n 20 --num-epochs 1 --epoch-size 5 --minibatch-size 32 " + Data;
        TopazProcess.Result trained = data.Files.Run(Quick + "--particle-diameter 160 --save-prefix physical");
        Assert.Contains("radius of 16 pixels; downsampled by 2, of 8", trained.Error);
        TopazProcess.Result same = data.Files.Run(Quick + "--particle-diameter 320 --pixel-size 10 --save-prefix override");
        Assert.Contains("radius of 16 pixels; downsampled by 2, of 8", same.Error);
        data.Files.Run(Quick + "--downsample 2 -r 2 --save-prefix explicit");
        data.Files.Run("extract -m explicit_epoch1.sav -r 10 -o by-pixels.txt data/micrographs/simulated_0001.mrc");
        foreach (string way in (string[])["-m physical_epoch1.sav", "-m override_epoch1.sav", "-m explicit_epoch1.sav --particle-diameter 160"])
        {
            data.Files.Run($"extract {way} -o by-diameter.txt data/micrographs/simulated_0001.mrc");
            Assert.Equal(File.ReadAllText(data.Files["by-pixels.txt"]), File.ReadAllText(data.Files["by-diameter.txt"]));
        }

        // Explicit flags win.
        TopazProcess.Result chosen = data.Files.Run(Quick + "--particle-diameter 160 --downsample 4 -r 1 --save-prefix chosen");
        Assert.Contains("downsampled by 4, of 4", chosen.Error);
    }

    [Fact]
    public void A_model_for_prepared_micrographs_gets_raw_ones_prepared_if_the_diameter_is_told()
    {
        data.Files.Run("preprocess -s 2 -o prepared data/micrographs/simulated_0001.mrc");
        data.Files.Run("extract -m plain_epoch1.sav -r 16 -x 2 -o prepared.txt prepared/simulated_0001.mrc");
        TopazProcess.Result result = data.Files.Run("extract -m plain_epoch1.sav --particle-diameter 260 -o raw.txt data/micrographs/simulated_0001.mrc");
        Assert.Contains("downsampled by 2 and normalised", result.Error);
        Assert.Equal(File.ReadAllText(data.Files["prepared.txt"]), File.ReadAllText(data.Files["raw.txt"]));
        // Prepared ones are as large as they should be already.
        data.Files.Run("extract -m plain_epoch1.sav --particle-diameter 260 -x 2 -o again.txt prepared/simulated_0001.mrc");
        Assert.Equal(File.ReadAllText(data.Files["prepared.txt"]), File.ReadAllText(data.Files["again.txt"]));
    }

    [Fact]
    public void Filaments_are_written_as_pairs_of_ends_and_drawn()
    {
        data.Files.Run("extract -m model_epoch2.sav -r 5 -f -fl 15 -fp -t -20 -o filaments.txt data/micrographs/simulated_0000.mrc");
        string[] lines = File.ReadAllLines(data.Files["filaments.txt"]);
        Assert.Equal("image_name\tx_coord\ty_coord\tscore", lines[0]);
        Assert.True(lines.Length > 2);
        Assert.All(lines.Skip(1).Select(line => line.Split('\t')).Chunk(2), pair =>
        {
            Assert.Equal(2, pair.Length);
            Assert.Equal(pair[0][3], pair[1][3]);
            Assert.NotEqual(pair[0][1..3], pair[1][1..3]);
        });
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(data.Files["simulated_0000_filaments.png"])[..4]);
    }

    [Fact]
    public void Labels_find_the_radius_and_say_how_well_it_picks()
    {
        TopazProcess.Result validated = data.Files.Run($"extract -m model_epoch2.sav --targets data/particles.txt --min-radius 2 --max-radius 8 --step-radius 2 --only-validate --json {All}");
        Assert.Contains("\"radius\":", validated.Output);
        int radius = int.Parse(validated.Output.Split("\"radius\":")[1].Split(',')[0], CultureInfo.InvariantCulture);
        Assert.Contains(radius, (int[])[2, 4, 6, 8]);
        data.Files.Run($"extract -m model_epoch2.sav --targets data/particles.txt --min-radius 2 --max-radius 8 --step-radius 2 -o tuned.txt {All}");
        data.Files.Run($"extract -m model_epoch2.sav -r {radius} -o given.txt {All}");
        Assert.Equal(File.ReadAllText(data.Files["given.txt"]), File.ReadAllText(data.Files["tuned.txt"]));
    }

    [Fact]
    public void Folds_and_natural_sampling_train()
    {
        const string Folds = "train -m conv31 --units 4 -n 20 --num-epochs 1 --epoch-size 5 --minibatch-size 32 --downsample 2 "
            + "--train-images data/micrographs --image-ext .mrc --train-targets data/particles.txt -k 4 ";
        var tested = new HashSet<string>();
        for (int fold = 0; fold < 4; fold++)
        {
            TopazProcess.Result result = data.Files.Run(Folds + $"--fold {fold} --natural -o fold{fold}.txt --save-prefix fold{fold}");
            Assert.Contains("test AUPRC", result.Error);
            tested.Add(File.ReadLines(data.Files[$"fold{fold}.txt"]).Single(line => line.Contains("\ttest\t", StringComparison.Ordinal)));
        }

        // Four folds are four different micrographs.
        Assert.Equal(4, tested.Count);
    }

    /// <summary>The data, a model that prepares micrographs itself, and one that does not.</summary>
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            const string Network = "train -m conv31 --units 4 -n 20 --epoch-size 15 --minibatch-size 32 ";
            Files.Run(Network + "--num-epochs 2 --downsample 2 --train-images data/image_list_train.txt --train-targets data/particles_train.txt --save-prefix model");
            Files.Run("preprocess -s 2 -o half data/micrographs");
            string[] labels = [.. File.ReadLines(Files["data/particles_train.txt"]).Skip(1).Select(line => line.Split('\t'))
                .Select(cells => $"{cells[0]}\t{Half(cells[1])}\t{Half(cells[2])}")];
            Files.Write("half.txt", string.Join('\n', labels));
            Files.Run(Network + "--num-epochs 1 --train-images half --train-targets half.txt --save-prefix plain");

            static string Half(string text) => (double.Parse(text, CultureInfo.InvariantCulture) / 2).ToString(CultureInfo.InvariantCulture);
        }

        public DataSet Files { get; } = new();

        public void Dispose() => Files.Dispose();
    }
}
