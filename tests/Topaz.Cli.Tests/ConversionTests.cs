using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Tests;

/// <summary>Coordinates from one format to another and back, by every verb that does so.</summary>
public sealed class ConversionTests(DataSet data) : IClassFixture<DataSet>
{
    private const string Table = "image_name\tx_coord\ty_coord\tscore\nsimulated_0000\t10.5\t20\t1.5\nsimulated_0000\t30\t40.25\t-2\nsimulated_0001\t100\t200\t0.25\n";

    [Theory]
    [InlineData("star", "all.star", "")]
    [InlineData("csv", "all.csv", "")]
    [InlineData("cs", "all.cs", "--imagedir data/micrographs")]
    [InlineData("box", "boxes", "--boxsize 20")]
    [InlineData("json", "jsons", "")]
    [InlineData("box", "turned", "--boxsize 20 --invert-y --imagedir data/micrographs")]
    public void There_and_back_nothing_changes(string format, string output, string flags)
    {
        data.Write("table.txt", Table);
        data.Run($"convert --to {format} {flags} -o {output} table.txt");
        data.Run($"convert {(flags.Contains("invert", StringComparison.Ordinal) ? "--invert-y --imagedir data/micrographs" : "")} -o back.txt {output}");
        ParticleTable back = ParticleFile.Read(data["back.txt"]), expected = ParticleFile.Read(data["table.txt"]);
        Assert.Equal(expected.Micrographs, back.Micrographs.Order());
        foreach (string name in expected.Micrographs)
        {
            // Fractions of cryoSPARC are in single precision.
            Assert.Equal(expected[name].Select(Rounded), back[name].Select(Rounded));
        }

        static Particle Rounded(Particle particle) => particle with { X = Math.Round(particle.X, 4), Y = Math.Round(particle.Y, 4) };
    }

    [Fact]
    public void Scales_thresholds_and_prints()
    {
        data.Write("table.txt", Table);
        string expected = "image_name\tx_coord\ty_coord\tscore\nsimulated_0000\t2.625\t5\t1.5\nsimulated_0001\t25\t50\t0.25\n";
        Assert.Equal(expected, data.Run("convert -s 4 -t 0 table.txt").Output);
        Assert.Equal(expected, data.Run("scale_coordinates -t 0 table.txt").Output);
        Assert.Contains("--voltage has no meaning here", data.Run("convert --voltage 300 -o x.txt table.txt").Error);
        Assert.Equal(expected, data.Run("scale_coordinates -s 0.25 -t 0 table.txt").Output);
        data.Run("coordinates_to_star -s 4 -t 0 --voltage 300 -o picks.star table.txt");
        Assert.Contains("_rlnVoltage #5", File.ReadAllText(data["picks.star"]));
        Assert.Equal(expected, data.Run("star_to_coordinates picks.star").Output);
    }

    [Fact]
    public void A_STAR_file_keeps_what_it_holds_and_other_formats_say_what_they_drop()
    {
        data.Write("in.star", "\n# version 30001\n\ndata_optics\n\nloop_\n_rlnOpticsGroup #1\n1\n\ndata_particles\n\nloop_\n_rlnMicrographName #1\n_rlnCoordinateX #2\n"
            + "_rlnCoordinateY #3\n_rlnAutopickFigureOfMerit #4\n_rlnClassNumber #5\na.mrc 10 20 1 7\na.mrc 30 40 -1 8\n");
        data.Run("star_particles_threshold -o kept.star in.star");
        StarFile kept = StarFile.Read(data["kept.star"]);
        Assert.Equal(["optics", "particles"], kept.Blocks.Select(block => block.Name));
        Assert.Equal([["a.mrc", "10", "20", "1", "7"]], kept.Blocks[1].Rows);
        data.Run("convert -x 2 -o twice.star in.star");
        Assert.Equal([["a.mrc", "20", "40", "1", "7"], ["a.mrc", "60", "80", "-1", "8"]], StarFile.Read(data["twice.star"]).Blocks[1].Rows);

        TopazProcess.Result dropped = data.Run("convert -o dropped.txt in.star");
        Assert.Contains("1 columns are left out (_rlnClassNumber)", dropped.Error);
        Assert.Contains("1 columns are left out (_rlnClassNumber)", data.Run("split --format star -o dropped in.star").Error);
    }

    [Fact]
    public void Y_is_turned_and_columns_are_set_from_whatever_to_whatever()
    {
        data.Write("table.txt", Table);
        int height = MicrographFile.Size(data["data/micrographs/simulated_0000.mrc"]).Height;
        const string Flags = "--invert-y --imagedir data/micrographs";
        data.Run($"convert {Flags} -o turned.txt table.txt");
        Assert.Equal(height - 1 - 20, ParticleFile.Read(data["turned.txt"])["simulated_0000"][0].Y);
        data.Run("convert -o in.star table.txt");
        data.Run($"convert {Flags} --voltage 300 -x 2 -o turned.star in.star");
        Assert.Equal(2 * (height - 1 - 20), ParticleFile.Read(data["turned.star"])["simulated_0000"][0].Y);
        Assert.All(StarFile.Read(data["turned.star"]).Blocks[0].Rows, row => Assert.Equal("300", row[^1]));
        data.Run($"convert {Flags} -o turned.cs table.txt");
        data.Run("convert -o turned-back.txt turned.cs");
        Assert.Equal(height - 1 - 20, ParticleFile.Read(data["turned-back.txt"])["simulated_0000"][0].Y, 1e-3);
    }

    [Fact]
    public void Each_micrograph_gets_a_file_and_many_files_become_one_table()
    {
        data.Write("table.txt", Table);
        data.Run("split -o each --suffix _p table.txt");
        Assert.Equal("image_name\tx_coord\ty_coord\tscore\nsimulated_0001\t100\t200\t0.25\n", File.ReadAllText(data["each/simulated_0001_p.txt"]));
        data.Run("coordinates_to_boxes --boxsize 20 table.txt box");
        Assert.Equal("90\t190\t20\t20\t0.25\n", File.ReadAllText(data["box/simulated_0001.box"]));
        Assert.Equal(Table, data.Run("boxes_to_coordinates box/simulated_0000.box box/simulated_0001.box").Output);
        Assert.Equal(Table, data.Run("boxes_to_coordinates box/*.box").Output);
        data.Run("coordinates_to_eman2_json table.txt json");
        Assert.Equal("{\"boxes\":[[100,200,\"manual\",0.25]]}\n", File.ReadAllText(data["json/simulated_0001.json"]));
    }

    [Theory]
    [InlineData("convert --to box -o boxes2 table.txt", 2, "--boxsize is missing")]
    [InlineData("convert --to cs -o nowhere.cs --imagedir nowhere table.txt", 1, "say where the images are")]
    [InlineData("convert -o table.txt table.txt", 1, "would be overwritten")]
    [InlineData("convert missing.txt", 1, "does not exist")]
    [InlineData("convert --to csv table.txt", 2, "-o is missing")]
    [InlineData("convert", 2, "no coordinate files")]
    [InlineData("convert -s 0 table.txt", 2, "positive")]
    [InlineData("split -o table.txt table.txt", 1, "is a file")]
    [InlineData("particle_stack --size 10 -o x.mrcs --image-root nowhere table.txt", 1, "there are no images to write")]
    [InlineData("convert --suffix _x table.txt", 2, "--suffix needs -o")]
    public void Senseless_conversions_are_told_in_one_line(string commandLine, int exitCode, string message)
    {
        data.Write("table.txt", Table);
        TopazProcess.Result result = TopazProcess.Run(data.FullName, commandLine);
        Assert.Equal(exitCode, result.ExitCode);
        // A missing micrograph is a warning of its own.
        Assert.Contains(message, commandLine.StartsWith("particle_stack", StringComparison.Ordinal) ? result.ErrorLines[^1] : Assert.Single(result.ErrorLines));
        Assert.Equal(Table, File.ReadAllText(data["table.txt"]));
        Assert.False(File.Exists(data["x.mrcs"]));
    }

    [Fact]
    public void Particles_are_cut_out_in_their_order()
    {
        data.Write("table.txt", Table.Replace("10.5\t20", "60\t70", StringComparison.Ordinal));
        TopazProcess.Result result = data.Run("particle_stack --image-root data/micrographs --size 40 --resize 20 -o stack.mrcs table.txt");
        Assert.DoesNotContain("left out", result.Error);
        Assert.Equal(["000001@stack", "000002@stack", "000003@stack"], ImageList.Read(data["stack.mrcs"]).Select(image => image.Name));
        StarFile star = StarFile.Read(data["stack.star"]);
        Assert.Equal(["000001@stack.mrcs", "000002@stack.mrcs", "000003@stack.mrcs"], star.Blocks[0].Rows.Select(row => row[0]));
        Assert.Equal(["60", "30", "100"], star.Blocks[0].Rows.Select(row => row[2]));

        data.Run("particle_stack --image-root data/micrographs --size 41 -o odd.mrcs table.txt");
        Micrograph whole = MicrographFile.Read(data["data/micrographs/simulated_0001.mrc"]), cut = MicrographFile.Read("3@" + data["odd.mrcs"]);
        Assert.Equal((41, 41, whole.PixelSize), (cut.Width, cut.Height, cut.PixelSize));
        Assert.Equal(whole[100, 200], cut[20, 20]);
        Assert.Equal(whole[80, 180], cut[0, 0]);
        foreach (string same in (string[])["-o same.star", "-o same.mrcs --metadata same.mrcs", "-o data/micrographs/simulated_0000.mrc"])
            Assert.Equal(1, TopazProcess.Run(data.FullName, $"particle_stack --image-root data/micrographs --size 40 {same} table.txt").ExitCode);
        Assert.False(File.Exists(data["same.star"]));
        // An image of a stack is the stack itself.
        byte[] stack = File.ReadAllBytes(data["stack.mrcs"]);
        TopazProcess.Result over = TopazProcess.Run(data.FullName, "downsample -s 2 -o stack.mrcs 1@stack.mrcs");
        Assert.Contains("would be overwritten", Assert.Single(over.ErrorLines));
        Assert.Equal(stack, File.ReadAllBytes(data["stack.mrcs"]));
        Assert.Contains("1 particles are left out", data.Run("particle_stack --image-root data/micrographs --size 64 -o third.mrcs table.txt").Error);
    }

    [Fact]
    public void Picks_come_in_every_format_and_labels_are_taken_in_every_format()
    {
        const string Train = "train -m conv31 --units 4 -n 20 --num-epochs 1 --epoch-size 5 --minibatch-size 32 --downsample 2 --train-images data/image_list_train.txt ";
        data.Run(Train + "--train-targets data/particles_train.txt --save-prefix table");
        data.Run("convert --to star -o labels.star data/particles_train.txt");
        data.Run("convert --to box --boxsize 10 -o labels data/particles_train.txt");
        foreach (string labels in (string[])["labels.star", "labels", "labels.star --format star"])
        {
            data.Run(Train + $"--train-targets {labels} --save-prefix other");
            Assert.Equal(File.ReadAllBytes(data["table_epoch1.sav"]), File.ReadAllBytes(data["other_epoch1.sav"]));
        }

        const string Images = "data/micrographs/simulated_0000.mrc data/micrographs/simulated_0001.mrc";
        data.Run($"extract -m table_epoch1.sav -r 5 -o picks.txt {Images}");
        ParticleTable expected = ParticleFile.Read(data["picks.txt"]);
        foreach ((string format, string output) in ((string, string)[])[("star", "picks.star"), ("csv", "picks.csv"), ("cs", "picks.cs"), ("box", "picks-box"), ("json", "picks-json")])
        {
            data.Run($"extract -m table_epoch1.sav -r 5 --format {format} -o {output} {Images}");
            data.Run($"convert -o back.txt {output}");
            ParticleTable back = ParticleFile.Read(data["back.txt"]);
            foreach (string name in expected.Micrographs)
            {
                Assert.Equal(expected[name].Count, back[name].Count);
                foreach ((Particle one, Particle other) in expected[name].Zip(back[name]))
                    Assert.True(Math.Abs(one.X - other.X) < 1e-3 && Math.Abs(one.Y - other.Y) < 1e-3 && one.Score == other.Score, $"{format}: {one} {other}");
            }
        }

        // The radius was 5 of pixels twice as large.
        Assert.EndsWith("\t20\t20", string.Join('\t', File.ReadLines(data["picks-box/simulated_0000.box"]).First().Split('\t').Take(4)));
        Assert.Contains(Path.Combine("data/micrographs", "simulated_0000.mrc"), File.ReadAllText(data["picks.star"]));
        data.Run("precision_recall_curve --predicted picks.star --targets data/particles.txt -r 10");
    }
}
