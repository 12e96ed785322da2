using System.Text;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests.Fuzzing;

public class ParticleFuzzTests
{
    // Texts become a string for each word.
    [Theory]
    [InlineData(ParticleFormat.Star, "relion-3.1.star", "hand-2.x.star", "hand-a_autopick.star")]
    [InlineData(ParticleFormat.Box, "hand-a.box", "hand-a-from-bottom.box")]
    [InlineData(ParticleFormat.EmanJson, "hand-a_info.json")]
    [InlineData(ParticleFormat.Via, "hand-via.csv")]
    [InlineData(ParticleFormat.CryoSparc, "numpy-bytes.cs", "numpy-text.cs")]
    public void DamagedFiles_AreReadOrRefused(ParticleFormat format, params string[] files)
    {
        var options = new ParticleFileOptions { ImageSize = _ => (4096, 3000), YFromBottom = true };
        Run([.. files.Select(file => Fixture.Bytes("particles", file))], bytes => ParticleFile.Read(new MemoryStream(bytes), "file", format, options));
    }

    [Fact]
    public void DamagedTables_AreReadOrRefused() => Run(
        [Encoding.UTF8.GetBytes("image_name\tx_coord\ty_coord\tscore\na\t10.5\t20\t1.5\nb\t30\t40\t-2\n"), Encoding.UTF8.GetBytes("a\t1\t2\r\n\"b c\"\t3\t4\r\n")],
        bytes => ParticleFile.Read(new MemoryStream(bytes), "file"));

    [Fact]
    public void DamagedImageLists_AreReadOrRefused() => Run(
        [Encoding.UTF8.GetBytes("image_name\tpath\tsource\na\tx/a.mrc\ts\nb\tx/b c.tif\ts\n"), Encoding.UTF8.GetBytes("a\t000001@x.mrcs\nb\ty\n")],
        bytes => ImageList.ReadList(new StreamReader(new MemoryStream(bytes)), "list.txt"));

    private static void Run(IReadOnlyList<byte[]> seeds, Action<byte[]> read)
    {
        (int accepted, int refused) = Fuzzer.Run(seeds, read);
        Assert.True(accepted > 0 && refused > 0, $"{accepted} accepted, {refused} refused");
    }
}
