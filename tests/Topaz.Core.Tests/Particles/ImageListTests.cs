using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class ImageListTests
{
    [Theory]
    [InlineData("image_name\tpath\n061\traw data/061.mrc\n062\traw data/062.mrc\n")]
    [InlineData("path\tsource\timage_name\r\nraw data/061.mrc\t0\t061\r\nraw data/062.mrc\t0\t062\r\n\r\n")]
    [InlineData("061\traw data/061\n062\traw data/062\n")]
    [InlineData("image_name\tpath\n061.mrc\traw data/061\nraw data/062\traw data/062.mrc\n")]
    public void Lists_find_images_beside_them_with_or_without_extension(string text)
    {
        using TemporaryFolder folder = new();
        folder.Write("raw data/061.mrc");
        folder.Write("raw data/062.mrc");

        IReadOnlyList<ImageEntry> images = ImageList.Read(folder.Write("list.txt", text));

        Assert.Equal(["061", "062"], images.Select(image => image.Name));
        Assert.Equal([folder["raw data/061.mrc"], folder["raw data/062.mrc"]], images.Select(image => image.Path));
    }

    [Fact]
    public void An_image_that_is_not_there_stays_listed_with_its_path()
    {
        using TemporaryFolder folder = new();

        ImageEntry image = Assert.Single(ImageList.Read(folder.Write("list.txt", "a\tnowhere/a.mrc\tset1\n")));

        Assert.Equal(new ImageEntry("a", "nowhere/a.mrc", "set1"), image);
    }

    [Fact]
    public void Folders_patterns_and_single_images_are_lists_too()
    {
        using TemporaryFolder folder = new();
        foreach (string file in (string[])["run1/b.mrc", "run1/a.mrcs", "run1/t.tif", "run1/notes.txt", "run2/c.mrc.gz", "run2/d.mrcs"])
            folder.Write(file);

        Assert.Equal(["a", "b", "t"], ImageList.Read(folder["run1"]).Select(image => image.Name));
        Assert.Equal(["b"], ImageList.Read(folder["run1/*.mrc"]).Select(image => image.Name));
        Assert.Equal(["a", "b", "c", "d", "t"], ImageList.Read(folder["run?/*"]).Select(image => image.Name));
        Assert.Equal(["b", "t"], ImageList.Read(folder["run1/[b-z]*.[!x]*"]).Select(image => image.Name));
        Assert.Throws<TopazException>(() => ImageList.Read(folder["run1/[b-"]));
        Assert.Equal([new ImageEntry("c", folder["run2/c.mrc.gz"])], ImageList.Read(folder["run2/c.mrc.gz"]));
        Assert.Equal([new ImageEntry("t", folder["run1/t.tif"])], ImageList.Read(folder["run1/t.tif"]));
    }

    [Fact]
    public void Stacks_stand_for_their_images()
    {
        using TemporaryFolder folder = new();
        foreach (string file in (string[])["three.tif", "one.mrc"])
            File.Copy(Fixture.Path("images", file == "one.mrc" ? "mrcfile-int16.mrc" : "tifffile-three.tif"), folder[file]);
        string[] three = ["000001@three", "000002@three", "000003@three"];

        Assert.Equal([.. three, "one"], ImageList.Read(folder.FullName).Select(image => image.Name));
        // A picture of another image is none to pick.
        File.Copy(Fixture.Path("images", "pil-8.png"), folder["one.png"]);
        Assert.Equal([.. three, "one"], ImageList.Read(folder.FullName).Select(image => image.Name));
        Assert.Equal(three, ImageList.Read(folder["three.tif"]).Select(image => image.Name));
        Assert.Equal(["000002@three"], ImageList.Read("2@" + folder["three.tif"]).Select(image => MicrographName.Of(image.Path).PadLeft(12, '0')));
        Assert.Equal(
            [new ImageEntry("other", folder["one.mrc"]), new ImageEntry("second", "000002@" + folder["three.tif"])],
            ImageList.Read(folder.Write("list.txt", "other\tone\nsecond\t000002@three.tif\n")));
        Assert.Equal(["000001@x", "000002@x", "000003@x", "other"], ImageList.Read(folder.Write("all.txt", "x\tthree\nother\tone\n")).Select(image => image.Name));
    }

    [Theory]
    [InlineData("image_name\tpath\n", "lists no image")]
    [InlineData("", "is empty")]
    [InlineData("a\tx/a.mrc\nb\tb.mrc\na.mrc\ty/a.mrc\n", "line 3 names a a second time")]
    [InlineData("image_name\nfoo\n", "without path")]
    [InlineData("a\n", "line 1 has no path")]
    public void Useless_lists_are_told(string text, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("list.txt", text);

        TopazException failure = Assert.Throws<TopazException>(() => ImageList.Read(path));

        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_without_images_and_ambiguous_names_are_told()
    {
        using TemporaryFolder folder = new();
        folder.Write("both/a.mrc");
        folder.Write("both/a.mrcs");
        Directory.CreateDirectory(folder["none"]);

        foreach (string path in (string[])[folder["none"], folder["none/*.mrc"], folder["none/a.mrc"], folder["list.txt"], folder["both"]])
            Assert.StartsWith(path, Assert.Throws<TopazException>(() => ImageList.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_written_list_reads_back()
    {
        using TemporaryFolder folder = new();
        ImageEntry[] images = [new("a", folder.Write("x y/a.mrc"), "one"), new("b", folder.Write("b.png"))];

        ImageList.Write(folder["list.txt"], images);

        Assert.Equal(images, ImageList.Read(folder["list.txt"]));
    }
}
