using System.IO.Compression;

namespace Topaz.Images;

/// <summary>An image file while it is read: plain, or packed by gzip, which its content tells.</summary>
internal sealed class ImageFile
{
    // Deflate cannot pack more than 1032 bytes into one.
    private const long GreatestGzipRatio = 1032;

    // What is unpacked into memory before it is looked at may be all zeros, but no image is.
    private const long GreatestImageRatio = 100, Negligible = 1 << 20;

    private ImageFile(Stream stored, string name)
    {
        (Stored, Name) = (stored, name);
        Span<byte> magic = stackalloc byte[2];
        IsPacked = stored.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
        byte[] beginning = new byte[8];
        Stream unpacked = Unpacked();
        Beginning = beginning[..unpacked.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        stored.Position = 0;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The file as it is stored; it can seek.</summary>
    public Stream Stored { get; }

    /// <summary>Whether it is packed.</summary>
    public bool IsPacked { get; }

    /// <summary>Its first eight bytes, unpacked; fewer where there are fewer.</summary>
    public byte[] Beginning { get; }

    /// <summary>Bytes that it can hold at most: what an image claims is held against them before anything is allocated.</summary>
    public long MostBytes => IsPacked ? Stored.Length * GreatestGzipRatio : Stored.Length;

    /// <summary>Opens a file for <paramref name="use"/> and tells in one line what is wrong with it.</summary>
    /// <exception cref="TopazException">It is missing, unreadable or damaged.</exception>
    public static T Open<T>(string path, Func<ImageFile, T> use)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new TopazException($"{path}: is a folder; name a file in it.");
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            return Open(file, path, use);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TopazException($"{path}: no such file; check the path.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TopazException($"{path}: cannot be read ({failure.Message.TrimEnd('.')}); check the file and its permissions.", failure);
        }
    }

    /// <summary>Reads a stream that can seek as if it were a file of that name.</summary>
    /// <exception cref="TopazException">It is damaged.</exception>
    public static T Open<T>(Stream stream, string name, Func<ImageFile, T> use)
    {
        if (stream.Length == 0)
            throw new MicrographFormatException(name, 0, "an image", "an empty file");
        try
        {
            return use(new ImageFile(stream, name));
        }
        catch (InvalidDataException failure)
        {
            throw new MicrographFormatException(name, 0, "intact packed data", "damaged data", failure);
        }
    }

    /// <summary>The content from its beginning, in order.</summary>
    public Stream Unpacked()
    {
        Stored.Position = 0;
        return IsPacked ? new GZipStream(Stored, CompressionMode.Decompress, leaveOpen: true) : Stored;
    }

    /// <summary>The content in a stream that can seek; a packed one is unpacked into memory.</summary>
    public Stream Seekable()
    {
        if (!IsPacked)
            return Unpacked();
        var content = new MemoryStream();
        byte[] some = new byte[1 << 16];
        using Stream unpacked = Unpacked();
        while (unpacked.Read(some) is > 0 and int count)
        {
            if (content.Length + count > Math.Min(Array.MaxLength, Negligible + GreatestImageRatio * Stored.Length))
                throw new MicrographFormatException(Name, 0, $"at most {GreatestImageRatio} times its size when unpacked, as images are", "more");
            content.Write(some, 0, count);
        }

        content.Position = 0;
        return content;
    }
}
