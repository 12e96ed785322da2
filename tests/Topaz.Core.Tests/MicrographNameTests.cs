using Xunit;

namespace Topaz.Tests;

public class MicrographNameTests
{
    [Theory]
    [InlineData("/data/run 1/grid.02_a.mrc", "grid.02_a")]
    [InlineData("C:\\data\\grid.02_a", "grid.02_a")]
    [InlineData("grid.mrc.gz", "grid")]
    [InlineData("grid.MRC.GZ", "grid")]
    [InlineData("grid.mrcs", "grid")]
    [InlineData("grid.tiff", "grid")]
    [InlineData("grid", "grid")]
    [InlineData(".mrc", ".mrc")]
    public void Names_lose_folder_and_extension(string path, string name) => Assert.Equal(name, MicrographName.Of(path));

    [Theory]
    [InlineData("grid.mrc", true, true)]
    [InlineData("grid.mrc.gz", true, true)]
    [InlineData("grid.tif", true, false)]
    [InlineData("list.txt", false, false)]
    [InlineData("list.txt.gz", false, false)]
    public void Not_every_image_can_be_read(string path, bool isImage, bool isReadable) =>
        Assert.Equal((isImage, isReadable), (MicrographName.HasImageExtension(path), MicrographName.IsReadable(path)));
}
