using System.Text;
using FsCheck.Xunit;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class ParticleFileTests
{
    [Theory]
    [InlineData("image_name\tx_coord\ty_coord\tscore\na\t1\t2.5\t-3.25\nb\t4\t5\t6\n")]
    [InlineData("score\ty_coord\tx_coord\timage_name\n-3.25\t2.5\t1\ta\n6\t5\t4\tb\n")]
    [InlineData("a\t1\t2.5\t-3.25\nb\t4\t5\t6\n")]
    [InlineData("image_name\tx_coord\ty_coord\tscore\r\na\t1\t2.5\t-3.25\r\nb\t4\t5\t6\r\n\r\n\t\t\t\r\n  \n")]
    [InlineData("\uFEFFimage_name\tx_coord\ty_coord\tscore\na\t1\t2.5\t-3.25\nb\t4\t5\t6")]
    [InlineData("Image_Name\tdiameter\tX_Coord\tY_Coord\tscore\nrun 1/a.mrc\t80\t1\t2.5\t-3.25\nC:\\data\\b.MRC.GZ\t80\t4\t5\t6\n")]
    [InlineData("\"image_name\"\t\"x_coord\"\t\"y_coord\"\t\"score\"\n\"a\"\t\"1\"\t 2.5 \t\"-3.25\"\nb.tif\t4e0\t5\t6\n")]
    public void Every_shape_of_the_table_reads_the_same(string text)
    {
        ParticleTable particles = ParticleFile.Read(new StringReader(text));

        Assert.Equal(["a", "b"], particles.Micrographs);
        Assert.Equal([new Particle(1, 2.5, -3.25f)], particles["a"]);
        Assert.Equal([new Particle(4, 5, 6)], particles["b"]);
        Assert.Equal(2, particles.Count);
    }

    [Fact]
    public void Labels_have_no_score_and_names_keep_their_dots()
    {
        ParticleTable particles = ParticleFile.Read(new StringReader("grid1_12.50e_003\t10\t20\n"));

        Assert.Equal(["grid1_12.50e_003"], particles.Micrographs);
        Assert.False(particles["grid1_12.50e_003"][0].HasScore);
    }

    [Fact]
    public void A_header_alone_is_a_table_without_particles() =>
        Assert.Equal(0, ParticleFile.Read(new StringReader("image_name\tx_coord\ty_coord\tscore\n")).Count);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n\n", "empty")]
    [InlineData("image_name\ty_coord\na\t1\n", "line 1 is a header without x_coord")]
    [InlineData("image_name\tx_coord\ty_coord\n\na\t1\n", "line 3 has no y_coord")]
    [InlineData("image_name\tx_coord\ty_coord\na\t1\t2\na\tone\t2\n", "line 3 has x_coord 'one'")]
    [InlineData("a\t1,5\t2\n", "line 1 has x_coord '1,5'")]
    [InlineData("a\tNaN\t2\n", "line 1 has x_coord 'NaN'")]
    [InlineData("a\t1\t1e999\n", "line 1 has y_coord '1e999'")]
    [InlineData("a\t1\t2\tInfinity\n", "line 1 has score 'Infinity'")]
    [InlineData("a 1 2\n", "separated by tabs")]
    [InlineData("\t1\t2\n", "line 1 has no image_name")]
    public void Bad_input_is_told_in_one_line_with_file_and_line(string text, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("picks.txt", text);

        TopazException failure = Assert.Throws<TopazException>(() => ParticleFile.Read(path));

        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_binary_file_and_a_missing_file_are_told()
    {
        using TemporaryFolder folder = new();
        byte[] noise = new byte[4000];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(folder["noise"], noise);

        Assert.DoesNotContain('\n', Assert.Throws<TopazException>(() => ParticleFile.Read(folder["noise"])).Message);
        Assert.Contains("does not exist", Assert.Throws<TopazException>(() => ParticleFile.Read(folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<TopazException>(() => ParticleFile.Read(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Property]
    public void Written_coordinates_read_back_bit_for_bit(double[] values, float score)
    {
        ParticleTable particles = new();
        foreach (double value in values.Where(double.IsFinite))
            particles.Add("a \"quoted\"\tname", new Particle(value, -value / 3, float.IsFinite(score) ? score : 0));
        StringWriter text = new();
        ParticleFile.Write(text, particles);

        ParticleTable again = ParticleFile.Read(new StringReader(text.ToString()));

        Assert.Equal(particles.Micrographs, again.Micrographs);
        foreach (string micrograph in particles.Micrographs)
            Assert.Equal(particles[micrograph], again[micrograph]);
    }

    [Fact]
    public void Integers_are_written_plainly_and_the_score_only_where_there_is_one()
    {
        ParticleTable labels = new(), picks = new();
        labels.Add("a", new Particle(100, 20.25));
        picks.Add("b", [new Particle(2.5, -0.4, 1.5f), new Particle(3, 4)]);
        StringWriter labelText = new(), pickText = new();

        ParticleFile.Write(labelText, labels);
        ParticleFile.Write(pickText, picks, round: true);

        Assert.Equal("image_name\tx_coord\ty_coord\na\t100\t20.25\n", labelText.ToString());
        Assert.Equal("image_name\tx_coord\ty_coord\tscore\nb\t3\t0\t1.5\nb\t3\t4\t\n", pickText.ToString());
    }

    [Fact]
    public void A_file_appears_whole_or_not_at_all()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("picks.txt", "old");

        using (ParticleWriter abandoned = new(path))
            abandoned.Write("a", [new Particle(1, 2, 3)]);
        Assert.Equal("old", File.ReadAllText(path));

        using (ParticleWriter writer = new(path))
        {
            writer.Write("a", [new Particle(1, 2, 3)]);
            writer.Write("b", []);
            writer.Complete();
        }

        Assert.Equal("image_name\tx_coord\ty_coord\tscore\na\t1\t2\t3\n", File.ReadAllText(path, Encoding.UTF8));
        Assert.Equal(["picks.txt"], folder.Files);
    }

    [Fact]
    public void An_unwritable_place_is_told()
    {
        using TemporaryFolder folder = new();

        TopazException failure = Assert.Throws<TopazException>(() => ParticleFile.Write(folder["no/such/picks.txt"], new ParticleTable()));

        Assert.StartsWith(folder["no/such/picks.txt"], failure.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }
}
