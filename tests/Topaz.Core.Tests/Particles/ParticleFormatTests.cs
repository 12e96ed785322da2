using System.Globalization;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

/// <summary>Files of every format are recognised and read right, and what we write is read back, by us and by others.</summary>
public sealed class ParticleFormatTests : IDisposable
{
    private static readonly (string Micrograph, Particle Particle)[] s_all =
        [("a", new Particle(10.5, 20, 1.5f)), ("a", new Particle(30, 40.25, -2)), ("b", new Particle(100, 200, 0.25f))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("relion-3.1.star", ParticleFormat.Star, 3)]
    [InlineData("hand-2.x.star", ParticleFormat.Star, 3)]
    [InlineData("hand-a_autopick.star", ParticleFormat.Star, 2)]
    [InlineData("hand-a.box", ParticleFormat.Box, 2)]
    [InlineData("hand-a_info.json", ParticleFormat.EmanJson, 2)]
    [InlineData("hand-via.csv", ParticleFormat.Via, 3)]
    [InlineData("numpy-bytes.cs", ParticleFormat.CryoSparc, 3)]
    [InlineData("numpy-text.cs", ParticleFormat.CryoSparc, 3)]
    public void AFile_IsRecognisedAndReadRight(string file, ParticleFormat format, int count)
    {
        string path = Fixture.Path("particles", file);
        Assert.Equal(format, ParticleFile.Recognize(path));
        AssertHolds(ParticleFile.Read(path), count, tolerance: 1e-3, rename: name => name == "hand-a" ? "a" : name);
        // All but boxes are recognised whatever their name.
        if (format == ParticleFormat.Box)
            return;
        File.Copy(path, _folder["x"]);
        Assert.Equal(format, ParticleFile.Recognize(_folder["x"]));
    }

    [Fact]
    public void YFromTheBottom_IsTurned()
    {
        var options = new ParticleFileOptions { YFromBottom = true, ImageSize = _ => (4096, 3000) };
        ParticleTable read = ParticleFile.Read(Fixture.Path("particles", "hand-a-from-bottom.box"), options: options);
        Assert.Equal([(10.5, 20), (30, 40.25)], read[read.Micrographs[0]].Select(particle => (particle.X, particle.Y)));

        TopazException failure = Assert.Throws<TopazException>(() => ParticleFile.Read(
            Fixture.Path("particles", "hand-a-from-bottom.box"), options: new ParticleFileOptions { YFromBottom = true }));
        Assert.Contains("say where the images are", failure.Message);
    }

    [Theory]
    [InlineData(ParticleFormat.Table, 0)]
    [InlineData(ParticleFormat.Star, 0)]
    [InlineData(ParticleFormat.Via, 0)]
    [InlineData(ParticleFormat.CryoSparc, 1e-3)]
    [InlineData(ParticleFormat.Box, 0)]
    [InlineData(ParticleFormat.EmanJson, 0)]
    public void WhatIsWritten_IsReadBack(ParticleFormat format, double tolerance)
    {
        foreach (bool fromBottom in (bool[])[false, true])
        {
            var options = new ParticleFileOptions { BoxSize = 64, ImageSize = _ => (4096, 3000), YFromBottom = fromBottom, ImagePath = name => $"some folder/{name}.tif" };
            ParticleTable table = Table();
            var back = new ParticleTable();
            foreach (string name in ParticleFile.IsPerMicrograph(format) ? table.Micrographs : ["all"])
            {
                string path = _folder[name + ParticleFile.EndingOf(format)];
                ParticleFile.Write(path, name == "all" ? table : table.Where([name]), format, options);
                ParticleTable part = ParticleFile.Read(path, options: options);
                foreach (string micrograph in part.Micrographs)
                    back.Add(micrograph, part[micrograph]);
            }

            AssertHolds(back, 3, tolerance);
        }
    }

    [Fact]
    public void OtherColumnsAndBlocks_SurviveRewriting()
    {
        string path = Fixture.Path("particles", "relion-3.1.star");
        StarFile star = StarFile.Read(path);
        Assert.Equal(2, StarFormat.Rewrite(star, path, scale: 0.25, threshold: 0));
        star.Write(_folder["half.star"]);

        StarFile back = StarFile.Read(_folder["half.star"]), before = StarFile.Read(path);
        Assert.Equal(["optics", "particles"], back.Blocks.Select(block => block.Name));
        Assert.Equal(before.Blocks.SelectMany(block => block.Columns), back.Blocks.SelectMany(block => block.Columns));
        Assert.Equal(before.Blocks[0].Rows, back.Blocks[0].Rows);
        Assert.Equal("# version 30001", Assert.Single(back.Blocks[1].Comments));
        Assert.Equal(
            [["2.625", "5", "1.500000", "MotionCorr/job002/a.mrc", "1", "3", "12.500000"], ["25", "50", "0.250000", "MotionCorr/job002/b.mrc", "1", "3", "7.000000"]],
            back.Blocks[1].Rows);
    }

    [Fact]
    public void QuotesAndPairs_AreKept()
    {
        StarFile star = StarFile.Read(Fixture.Path("particles", "hand-2.x.star"));
        Assert.Equal(["two words", "o'clock", ""], star.Blocks[0].Rows.Select(row => row[4]));
        var text = new StringWriter();
        star.Blocks.Add(new StarBlock("general") { Columns = { "_rlnNumber", "_rlnName" }, Rows = { new[] { "3", "a b" } } });
        star.Write(text);
        StarFile back = StarFile.Read(new StringReader(text.ToString()));
        Assert.Equal(star.Blocks[0].Rows, back.Blocks[0].Rows);
        Assert.False(back.Blocks[1].IsTable);
        Assert.Equal(["3", "a b"], back.Blocks[1].Rows[0]);
    }

    [SkippableFact]
    public void Relion_ReadsOurStar()
    {
        Skip.IfNot(File.Exists("/usr/bin/relion_star_printtable"), "RELION is not installed");
        ParticleFile.Write(_folder["ours.star"], Table(), ParticleFormat.Star, new ParticleFileOptions { StarColumns = [("_rlnVoltage", "300")] });
        var start = new System.Diagnostics.ProcessStartInfo(
            "relion_star_printtable", [_folder["ours.star"], "data_", "_rlnMicrographName", "_rlnCoordinateX", "_rlnCoordinateY", "_rlnAutopickFigureOfMerit", "_rlnVoltage"])
        {
            RedirectStandardOutput = true,
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string[][] rows = [.. process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(
            s_all.Select(all => (all.Micrograph + ".mrc", all.Particle.X, all.Particle.Y, (double)all.Particle.Score, 300.0)),
            rows.Select(row => (row[0], Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]))));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    public void NumPy_ReadsOurTables()
    {
        ParticleFile.Write(_folder["ours.cs"], Table(), ParticleFormat.CryoSparc, new ParticleFileOptions { ImageSize = _ => (4096, 3000), ImagePath = name => $"imported/{name}.mrc" });
        string said = PythonProcess.Run("numpy", """
            t = numpy.load(open(sys.argv[1], 'rb'))
            for r in t:
                h, w = r['location/micrograph_shape']
                print(r['location/micrograph_path'].decode(), w, h, round(float(r['location/center_x_frac'] * w), 3), round(float(r['location/center_y_frac'] * h), 3), r['pick_stats/ncc_score'])
            """, _folder["ours.cs"]);
        Assert.Equal(
            "imported/a.mrc 4096 3000 10.5 20.0 1.5\nimported/a.mrc 4096 3000 30.0 40.25 -2.0\nimported/b.mrc 4096 3000 100.0 200.0 0.25\n",
            said);
    }

    [Theory]
    [InlineData("a.star", "data_\nloop_\n_rlnCoordinateX #1\n_rlnCoordinateY #2\n1 2 3\n", "line 5 has 3 values for 2 columns")]
    [InlineData("a.star", "data_\nloop_\n_rlnImageName #1\nx\n", "has _rlnCoordinateX")]
    [InlineData("a.star", "data_\nloop_\n_rlnCoordinateX #1\n_rlnCoordinateY #2\n1 nan\n", "no finite number")]
    [InlineData("a.star", "data_\nloop_\n_rlnCoordinateX #1\n_rlnCoordinateY #2\n1 'x\n", "quote")]
    [InlineData("a.box", "1 2 3\n", "line 1 has fewer")]
    [InlineData("a.box", "1 2 3 x\n", "line 1 holds 'x'")]
    [InlineData("a.json", "{\"boxes\": [[1]]}", "box 1 has no finite x and y")]
    [InlineData("a.json", "{\"boxes\": [[1, 2]", "no sound JSON")]
    [InlineData("a.json", "{\"picks\": []}", "no list of boxes")]
    [InlineData("a.csv", "filename,region_shape_attributes\na.mrc,\"{\"\"cx\"\":1}\"\n", "line 2 has a region")]
    [InlineData("a.csv", "filename,region_shape_attributes\na.mrc,{x\n", "no JSON")]
    public void AUselessFile_IsToldWithItsPlace(string file, string text, string message)
    {
        TopazException failure = Assert.Throws<TopazException>(() => ParticleFile.Read(_folder.Write(file, text)));
        Assert.StartsWith(_folder[file] + ": ", failure.Message);
        Assert.Contains(message, failure.Message);
    }

    private static ParticleTable Table()
    {
        ParticleTable table = new();
        foreach ((string micrograph, Particle particle) in s_all)
            table.Add(micrograph, particle);
        return table;
    }

    private static void AssertHolds(ParticleTable read, int count, double tolerance, Func<string, string>? rename = null)
    {
        (string Micrograph, Particle Particle)[] found =
            [.. read.Micrographs.SelectMany(name => read[name].Select(particle => ((rename ?? (same => same))(name.Replace("hand-", "", StringComparison.Ordinal)), particle)))];
        Assert.Equal(count, found.Length);
        foreach (((string name, Particle expected), (string actualName, Particle actual)) in s_all.Zip(found))
        {
            Assert.Equal(name, actualName);
            Assert.Equal(expected.X, actual.X, tolerance);
            Assert.Equal(expected.Y, actual.Y, tolerance);
            Assert.Equal(expected.Score, actual.Score);
        }
    }
}
