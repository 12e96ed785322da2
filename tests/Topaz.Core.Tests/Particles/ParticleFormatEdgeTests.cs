using FsCheck.Xunit;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

/// <summary>What is rare in coordinate files, but legal, or damaged in a way that looks sound.</summary>
public sealed class ParticleFormatEdgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_micrograph_may_be_called_data()
    {
        Assert.Equal(new Particle(10, 20), Assert.Single(Read("picks.txt", "data_001\t10\t20\n")["data_001"]));
        Assert.Equal(
            new Particle(10, 20),
            Assert.Single(Read("picks.star", "data_\nloop_\n_rlnMicrographName #1\n_rlnCoordinateX #2\n_rlnCoordinateY #3\ndata_001.mrc 10 20\n")["data_001"]));
    }

    [Fact]
    public void EMAN1_marks_boxes_with_a_number_that_is_no_score()
    {
        Assert.All(Read("a.box", "0 0 64 64 -3\n10 10 64 64 -3\n")["a"], particle => Assert.False(particle.HasScore));
        Assert.Equal([-3, 1], Read("b.box", "0 0 64 64 -3\n10 10 64 64 1\n")["b"].Select(particle => particle.Score));
    }

    [Fact]
    public void Boxes_between_spaces_are_known_whatever_the_file_is_called()
    {
        Assert.Equal(ParticleFormat.Box, ParticleFile.Recognize(_folder.Write("picks.coords", "# by hand\n  1 2 64 64\n")));
        // A micrograph may have a number for a name.
        Assert.Equal(ParticleFormat.Table, ParticleFile.Recognize(_folder.Write("picks.txt", "0001\t10\t20\t3.5\n")));
    }

    [Theory]
    [InlineData("a.txt", "a\t1\t2\t1e300\n")]
    [InlineData("a.box", "1 2 64 64 1e300\n")]
    [InlineData("a.json", "{\"boxes\":[[1,2,\"manual\",1e300]]}")]
    [InlineData("a.star", "data_\nloop_\n_rlnMicrographName\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnAutopickFigureOfMerit\na 1 2 1e300\n")]
    public void A_score_beyond_all_range_can_be_written_in_every_format(string name, string text)
    {
        ParticleTable particles = Read(name, text);

        Assert.Equal(float.MaxValue, Assert.Single(particles["a"]).Score);
        foreach (ParticleFormat format in Enum.GetValues<ParticleFormat>())
        {
            string path = _folder["a" + ParticleFile.EndingOf(format)];
            ParticleFile.Write(path, particles, format, new ParticleFileOptions { BoxSize = 2, ImageSize = _ => (8, 8) });
            Assert.Equal(float.MaxValue, Assert.Single(ParticleFile.Read(path)["a"]).Score);
        }
    }

    [Theory]
    [InlineData("a.box", "1e308 2 1.7e308 64\n")]
    [InlineData("a.box", "1 2 -64 64\n")]
    [InlineData("a.csv", "filename,region_shape_attributes\na,\"{\"\"x\"\":1.7e308,\"\"y\"\":2,\"\"width\"\":1.7e308,\"\"height\"\":4}\"\n")]
    [InlineData("a.txt", "x/\t1\t2\n")]
    [InlineData("a.csv", "filename,region_shape_attributes\nx/,\"{\"\"cx\"\":1,\"\"cy\"\":2}\"\n")]
    [InlineData("a.star", "data_\nloop_\n_rlnMicrographName\n_rlnCoordinateX\n_rlnCoordinateY\nx/ 1 2\n")]
    public void Impossible_places_and_names_are_refused(string name, string text) =>
        Assert.StartsWith(_folder[name] + ": ", Assert.Throws<TopazException>(() => Read(name, text)).Message);

    [Fact]
    public void A_number_that_is_none_is_told_with_its_line() => Assert.Contains(
        "line 7",
        Assert.Throws<TopazException>(() => Read("a.star", "# c\ndata_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n1 2\n1 x\n")).Message);

    [Fact]
    public void Pairs_may_stand_before_a_table_in_its_block()
    {
        const string Text = "data_general\n_rlnText  'two words' # note\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n1 2\n";

        Assert.Single(Read("a.star", Text)["a"]);
        StarFile star = StarFile.Read(new StringReader(Text)), back = Written(star);
        Assert.Equal(["_rlnText", "_rlnCoordinateX", "_rlnCoordinateY"], back.Blocks.SelectMany(block => block.Columns));
        Assert.Equal([["two words"], ["1", "2"]], back.Blocks.SelectMany(block => block.Rows));
    }

    [Property]
    public void Any_value_of_one_line_survives_in_a_STAR_file_or_is_refused(string[] values)
    {
        string[] row = [.. values.Where(value => value is not null).Select(value => new string([.. value.Where(letter => letter is not ('\n' or '\r' or '\0'))]))];
        AssertSurvives(row);
        AssertSurvives(["data_x"]);
        AssertSurvives(["loop_", "1"]);
        AssertSurvives(["_x", "1"]);
        AssertSurvives(["a' \"b\" c", "1"]);
    }

    [Fact]
    public void Y_can_be_turned_in_every_format()
    {
        ParticleTable particles = new();
        particles.Add("a", new Particle(10, 20, 1));
        var turned = new ParticleFileOptions { BoxSize = 2, ImageSize = _ => (256, 128), YFromBottom = true };
        foreach (ParticleFormat format in Enum.GetValues<ParticleFormat>())
        {
            string path = _folder["a" + ParticleFile.EndingOf(format)];
            ParticleFile.Write(path, particles, format, turned);
            Assert.Equal(128 - 1 - 20, Assert.Single(ParticleFile.Read(path)["a"]).Y, 1e-4);
            Assert.Equal(20, Assert.Single(ParticleFile.Read(path, options: turned)["a"]).Y, 1e-4);
        }
    }

    private ParticleTable Read(string name, string text) => ParticleFile.Read(_folder.Write(name, text));

    private static void AssertSurvives(string[] row)
    {
        if (row.Length == 0)
            return;
        var block = new StarBlock("x") { IsTable = true };
        block.Columns.AddRange(row.Select((_, i) => $"_c{i}"));
        block.Rows.Add(row);
        try
        {
            Assert.Equal(row, Assert.Single(Assert.Single(Written(new StarFile { Blocks = { block } }).Blocks).Rows));
        }
        catch (TopazException refusal)
        {
            Assert.Contains("cannot stand in a STAR file", refusal.Message);
            Assert.Contains(row, value => value.Contains('"') && value.Contains('\''));
        }
    }

    private static StarFile Written(StarFile file)
    {
        StringWriter text = new();
        file.Write(text);
        return StarFile.Read(new StringReader(text.ToString()));
    }
}
