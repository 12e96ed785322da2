using Topaz.Images;
using Xunit;

namespace Topaz.Tests.Fuzzing;

public class ImageFuzzTests
{
    // What packed data can become: four bytes for each of up to 1032 or, of LZW, 2048 that one stands for.
    [Theory]
    [InlineData("*.mrc", 8)]
    [InlineData("*.mrcs", 8)]
    [InlineData("*.gz", 5000)]
    [InlineData("tifffile-*.tif", 5000)]
    [InlineData("libtiff-*.tif", 10000)]
    [InlineData("p*.tif", 10000)]
    [InlineData("*.png", 5000)]
    public void DamagedImages_AreReadOrRefused(string files, int multiple)
    {
        byte[][] seeds = [.. Directory.EnumerateFiles(Path.GetDirectoryName(Fixture.Path("images", "x"))!, files).Order().Select(File.ReadAllBytes)];

        (int accepted, int refused) = Fuzzer.Run(seeds, bytes => MicrographFile.Read(new MemoryStream(bytes), "image", threads: 1), multiple);

        Assert.True(accepted > 0 && refused > 0, $"{accepted} accepted, {refused} refused");
    }
}
