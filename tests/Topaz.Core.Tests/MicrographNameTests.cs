using Xunit;

namespace Topaz.Tests;

public class MicrographNameTests
{
    [Theory]
    [InlineData("000003@movies/a.mrcs", "000003@a")]
    [InlineData("user@host/a.mrc", "a")]
    [InlineData("/data/run 1/grid.02_a.mrc", "grid.02_a")]
    [InlineData("C:\\data\\grid.02_a", "grid.02_a")]
    [InlineData("grid.mrc.gz", "grid")]
    [InlineData("grid.MRC.GZ", "grid")]
    [InlineData("grid.mrcs", "grid")]
    [InlineData("grid.tiff", "grid")]
    [InlineData("grid.png.gz", "grid")]
    [InlineData("grid", "grid")]
    [InlineData(".mrc", ".mrc")]
    public void Names_lose_folder_and_extension(string path, string name) => Assert.Equal(name, MicrographName.Of(path));

    [Theory]
    [InlineData("a/grid.mrc", true)]
    [InlineData("grid.mrcs", true)]
    [InlineData("grid.mrc.gz", true)]
    [InlineData("GRID.TIF", true)]
    [InlineData("grid.tiff", true)]
    [InlineData("grid.png", true)]
    [InlineData("000001@grid.mrcs", true)]
    [InlineData("grid.txt", false)]
    [InlineData("grid", false)]
    public void Images_end_like_images(string path, bool isImage) => Assert.Equal(isImage, MicrographName.IsImage(path));
}
