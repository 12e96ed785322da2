namespace Topaz.Tests;

/// <summary>Small files that other programs wrote, in <c>Fixtures</c>; a README beside them says which.</summary>
internal static class Fixture
{
    public static string Path(string folder, string file) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", folder, file);

    public static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path(folder, file));
}
