using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

/// <summary>Images that other programs wrote are read right, and ours by them.</summary>
public sealed class ForeignImageTests : IDisposable
{
    private const int Width = 19, Height = 13;
    private static readonly string s_folder = Path.GetDirectoryName(Fixture.Path("images", "README.md"))!;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(s_folder).Select(path => Path.GetFileName(path)).Where(name => MicrographName.IsImage(name) && !name.Contains("three", StringComparison.Ordinal)).Order()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void AnImage_IsReadRight(string file)
    {
        Micrograph image = MicrographFile.Read(Path.Combine(s_folder, file));

        Assert.Equal((Width, Height), (image.Width, image.Height));
        Assert.Equal(MicrographName.Of(file), image.Name);
        Assert.Equal(Expected(file), image.Pixels);
        // RELION keeps the pixel size of its input; TIFF and PNG have none to be believed.
        Assert.Equal(file.EndsWith(".mrc", StringComparison.Ordinal) ? 1.5 : 0, image.PixelSize, 1e-6);

        // The name does not matter, the content does.
        File.Copy(Path.Combine(s_folder, file), _folder["image.dat"]);
        Assert.Equal(image.Pixels, MicrographFile.Read(_folder["image.dat"]).Pixels);
    }

    [Theory]
    [InlineData("tifffile-three.tif")]
    [InlineData("mrcfile-three.mrcs")]
    public void EachImageOfAStack_IsReadByItsNumber(string file)
    {
        string path = Path.Combine(s_folder, file);
        string[] images = [.. MicrographFile.Expand(path)];
        Assert.Equal([$"000001@{path}", $"000002@{path}", $"000003@{path}"], images);
        for (int i = 0; i < 3; i++)
        {
            Micrograph image = MicrographFile.Read(images[i]);
            Assert.Equal(Enumerable.Range(0, Width * Height).Select(at => Value(at) + i), image.Pixels.Select(pixel => (int)pixel));
            Assert.Equal($"00000{i + 1}@{MicrographName.Of(file)}", image.Name);
        }

        Assert.Equal(MicrographFile.Read(images[0]).Pixels, MicrographFile.Read(path).Pixels);
        Assert.Contains("no number 4", Assert.Throws<TopazException>(() => MicrographFile.Read("4@" + path)).Message);
        // What names one image has no others.
        Assert.Equal(["2@" + path], MicrographFile.Expand("2@" + path));
    }

    [SkippableTheory]
    [InlineData("image.tif", "tifffile", "tifffile.imread(sys.argv[1])")]
    [InlineData("image.tiff", "PIL.Image, numpy", "numpy.array(PIL.Image.open(sys.argv[1]))")]
    [InlineData("image.mrc", "mrcfile", "mrcfile.open(sys.argv[1]).data")]
    [InlineData("image.mrc.gz", "mrcfile", "mrcfile.open(sys.argv[1]).data")]
    public void OurImages_AreReadByOthers(string file, string packages, string read)
    {
        Micrograph image = MicrographFile.Read(Path.Combine(s_folder, "mrcfile-float32.mrc"));
        MicrographFile.Write(_folder[file], image);

        string said = PythonProcess.Run(packages, $"a = {read}\nprint(a.dtype, *a.shape, *a.flatten().tolist())", _folder[file]);

        string[] words = said.Split(' ', StringSplitOptions.TrimEntries);
        Assert.Equal(["float32", $"{Height}", $"{Width}"], words[..3]);
        Assert.Equal(image.Pixels, words[3..].Select(word => float.Parse(word, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(image.Pixels, MicrographFile.Read(_folder[file]).Pixels);
    }

    [SkippableTheory]
    [InlineData("/usr/bin/tiffcp", "ours.tif", "back.tif", "-c lzw {0} {1}")]
    [InlineData("/usr/bin/relion_image_handler", "ours.mrc", "back.mrc", "--i {0} --o {1} --multiply_constant 1")]
    public void OurImages_AreCopiedByOthers(string program, string ours, string back, string arguments)
    {
        Skip.IfNot(File.Exists(program), $"{program} is not installed");
        Micrograph image = MicrographFile.Read(Path.Combine(s_folder, "mrcfile-float32.mrc"));
        MicrographFile.Write(_folder[ours], image);
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            program, string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, _folder[ours], _folder[back]))
        { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(image.Pixels, MicrographFile.Read(_folder[back]).Pixels);
        if (back.EndsWith(".mrc", StringComparison.Ordinal))
            Assert.Equal(image.PixelSize, MicrographFile.Read(_folder[back]).PixelSize, 1e-6);
    }

    [SkippableFact]
    public void OurPictures_AreReadByOthers()
    {
        Micrograph image = MicrographFile.Read(Path.Combine(s_folder, "pil-8.png"));
        MicrographFile.Write(_folder["image.png"], image);
        string said = PythonProcess.Run("PIL.Image", "a = PIL.Image.open(sys.argv[1])\nprint(a.mode, *a.size, *a.getdata())", _folder["image.png"]);

        string[] words = said.Split(' ', StringSplitOptions.TrimEntries);
        Assert.Equal(["L", $"{Width}", $"{Height}"], words[..3]);
        float[] grey = [.. words[3..].Select(float.Parse)];
        Assert.Equal(grey, MicrographFile.Read(_folder["image.png"]).Pixels);
        (double mean, double deviation) = Moments.Of(image.Pixels);
        foreach ((float before, float after) in image.Pixels.Zip(grey))
            Assert.InRange(after - (127.5 + (before - mean) * 255 / (6 * deviation)), -1, 1);
    }

    [Theory]
    [InlineData("image.jpg")]
    [InlineData("image")]
    public void UnknownFormats_AreNotWritten(string file) =>
        Assert.Contains(".mrc", Assert.Throws<TopazException>(() => MicrographFile.Write(_folder[file], new Micrograph("a", 1, 1, [1]))).Message);

    private static int Value(int at) => (37 * (at % Width) + 101 * (at / Width)) % 251;

    private static float[] Expected(string file)
    {
        Func<int, float> kind = file switch
        {
            _ when file.Contains("float", StringComparison.Ordinal) || file is "tifffile-tiles.tif" or "relion.mrc" => value => (value - 100) / 8f,
            _ when file.Contains("-int8", StringComparison.Ordinal) => value => Math.Clamp(value - 100, -128, 127),
            _ when file.Contains("-int", StringComparison.Ordinal) || file is "tifffile-bigendian.tif" or "libtiff-tiles-packbits.tif" or "mrcfile-packed.mrc.gz" => value => value - 100,
            _ => value => value,
        };
        return [.. Enumerable.Range(0, Width * Height).Select(at => kind(Value(at)))];
    }
}
