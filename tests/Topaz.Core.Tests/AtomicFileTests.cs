using Xunit;

namespace Topaz.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_failure_halfway_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "file");
        AtomicFile.Write(path, stream => stream.Write("old"u8));
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException();
        }));
        TopazException full = Assert.Throws<TopazException>(
            () => AtomicFile.Write(path, _ => throw new IOException("No space left on device")));
        Assert.Contains("No space left", full.Message);
        Assert.StartsWith(path, full.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));

        AtomicFile.Write(path, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_missing_folder_or_a_folder_in_the_way_is_told()
    {
        string missing = Path.Combine(_folder, "no", "file");
        Assert.StartsWith(missing, Assert.Throws<TopazException>(() => AtomicFile.Write(missing, _ => { })).Message);
        Assert.StartsWith(_folder, Assert.Throws<TopazException>(() => AtomicFile.Write(_folder, _ => { })).Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_folder)!, Path.GetFileName(_folder) + ".*.tmp"));
    }
}
