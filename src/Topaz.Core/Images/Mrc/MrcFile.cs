using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Topaz.Images;

/// <summary>
/// Micrographs in MRC files: modes 0, 1, 2, 6 and 12, either byte order, extended headers, stacks, and gzip (known by its
/// content).
/// </summary>
/// <remarks>
/// By the format's convention row 0 is the bottom of the picture, but particle pickers take the first row of the file for
/// the top, and the coordinate files that users have count from there. So nothing is flipped: row 0 here is the first row of
/// the file.
/// </remarks>
public static class MrcFile
{
    private const int ChunkPixels = 1 << 18;

    /// <summary>Reads one image of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="section">Which image of a stack, from zero.</param>
    /// <param name="threads">Threads to use; 0 for one per core.</param>
    /// <exception cref="MicrographFormatException">The file is not a sound MRC file, or a pixel is NaN or infinite.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable, or has no such section.</exception>
    public static Micrograph Read(string path, int section = 0, int threads = 0) => ImageFile.Open(path, file => Read(file, section, threads));

    /// <summary>Reads what a file's header tells, having checked it against the file's length.</summary>
    /// <exception cref="MicrographFormatException">The file is not a sound MRC file.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable.</exception>
    public static MrcHeader ReadHeader(string path) => ImageFile.Open(path, ReadHeader);

    internal static MrcHeader ReadHeader(ImageFile file) => Open(file, (_, header) => header);

    internal static Micrograph Read(ImageFile file, int section, int threads) => Open(file, (stream, header) =>
    {
        if (section < 0 || section >= header.Sections)
            throw MicrographFile.NoSuchImage(file.Name, section, header.Sections);
        int size = header.Width * header.Height;
        float[] pixels = GC.AllocateUninitializedArray<float>(size);
        ReadPixels(stream, header, file.Name, header.DataOffset + section * header.SectionLength, pixels, threads);
        return new Micrograph(MicrographName.Of(file.Name), header.Width, header.Height, pixels, header.PixelSize);
    });

    /// <summary>
    /// Writes an image as a little-endian MRC2014 file with the pixel size and true statistics in its header, gzipped if the
    /// path ends in .gz. The file appears in full or not at all.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="micrograph">The image.</param>
    /// <param name="mode">How pixels are stored; the integer modes round to the nearest.</param>
    /// <exception cref="TopazException">A pixel does not fit the mode, is NaN or infinite, or the file cannot be
    /// written.</exception>
    public static void Write(string path, Micrograph micrograph, MrcMode mode = MrcMode.Float32)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(micrograph);
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not one of the modes that are written.");
        MrcHeader header = new(micrograph.Width, micrograph.Height, 1, mode, false, 0, micrograph.PixelSize, 0, 0, 0, 0);
        header = WithStatistics(header, micrograph, path);
        AtomicFile.Write(path, file =>
        {
            if (!IsGzipName(path))
            {
                WriteTo(file, header, micrograph, path);
                return;
            }

            using GZipStream packed = new(file, CompressionLevel.Fastest, leaveOpen: true);
            WriteTo(packed, header, micrograph, path);
        });
    }

    /// <summary>
    /// Writes images of one size as a stack, one after the other as they come, so that a stack needs no memory. The file appears in
    /// full or not at all.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="images">The images, one at least.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="TopazException">There is none, they differ in size, or the file cannot be written.</exception>
    public static int WriteStack(string path, IEnumerable<Micrograph> images)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(images);
        int count = 0;
        AtomicFile.Write(path, file =>
        {
            MrcHeader? header = null;
            (double sum, double squares) = (0, 0);
            foreach (Micrograph image in images)
            {
                MrcHeader own = WithStatistics(
                    new MrcHeader(image.Width, image.Height, 1, MrcMode.Float32, false, 0, image.PixelSize, 0, 0, 0, 0), image, path);
                header ??= own;
                if ((own.Width, own.Height) != (header.Width, header.Height))
                    throw new TopazException($"{path}: the images of a stack must be of one size; there are {header.Width} x {header.Height} and {own.Width} x {own.Height} pixels.");
                // The header is written again at the end, when the statistics are known.
                if (count++ == 0)
                    file.Write(header.ToBytes());
                WritePixels(file, own, image, path);
                header = header with { Minimum = Math.Min(header.Minimum, own.Minimum), Maximum = Math.Max(header.Maximum, own.Maximum) };
                sum += own.Mean;
                squares += own.Rms * (double)own.Rms + own.Mean * (double)own.Mean;
            }

            if (header is null)
                throw new TopazException($"{path}: there are no images to write.");
            double mean = sum / count;
            header = header with { Sections = count, Mean = (float)mean, Rms = (float)Math.Sqrt(Math.Max(0, squares / count - mean * mean)) };
            file.Position = 0;
            file.Write(header.ToBytes());
        });
        return count;
    }

    /// <summary>Whether a path ends in .gz.</summary>
    internal static bool IsGzipName(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static T Open<T>(ImageFile file, Func<Stream, MrcHeader, T> use)
    {
        using Stream stream = file.Unpacked();
        byte[] bytes = new byte[MrcHeader.Length];
        Fill(stream, bytes, file.Name, 0);
        MrcHeader header = MrcHeader.Parse(bytes, file.Name);

        // Before anything is allocated, the claim is held against what the file can hold.
        Int128 claim = header.DataOffset + (Int128)header.SectionLength * header.Sections;
        if (claim > file.MostBytes)
        {
            string expected = $"{claim} bytes for {header.Width} x {header.Height} x {header.Sections} pixels";
            string found = $"a {(file.IsPacked ? "packed " : "")}file of {file.Stored.Length} bytes";
            throw new MicrographFormatException(file.Name, file.Stored.Length, expected, found);
        }

        return use(stream, header);
    }

    /// <summary>
    /// Reads the pixels: of a plain file on several threads, for most of the time goes into getting fresh memory from the system, page by page; of a
    /// packed one in order.
    /// </summary>
    private static void ReadPixels(Stream stream, MrcHeader header, string path, long offset, float[] pixels, int threads)
    {
        int chunks = (pixels.Length + ChunkPixels - 1) / ChunkPixels;
        if (stream is FileStream file)
        {
            SafeFileHandle handle = file.SafeFileHandle;
            Parallelism.For(chunks, threads, chunk => ReadChunk(
                (stored, position) => FillAt(handle, stored, path, position), header, path, offset, pixels, chunk));
            return;
        }

        Skip(stream, offset - MrcHeader.Length, path, MrcHeader.Length);
        for (int chunk = 0; chunk < chunks; chunk++)
            ReadChunk((stored, position) => Fill(stream, stored, path, position), header, path, offset, pixels, chunk);
    }

    private delegate void Filler(Span<byte> stored, long position);

    private static void ReadChunk(Filler fill, MrcHeader header, string path, long offset, float[] pixels, int chunk)
    {
        int start = chunk * ChunkPixels;
        Span<float> target = pixels.AsSpan(start, Math.Min(ChunkPixels, pixels.Length - start));
        // Floats are read to where they stay; other modes pass through a small buffer.
        int length = target.Length * header.BytesPerPixel;
        byte[] buffer = header.Mode == MrcMode.Float32 ? [] : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> stored = header.Mode == MrcMode.Float32 ? MemoryMarshal.AsBytes(target) : buffer.AsSpan(0, length);
        long position = offset + (long)start * header.BytesPerPixel;
        fill(stored, position);
        if (header.BigEndian == BitConverter.IsLittleEndian)
            MrcPixels.SwapBytes(stored, header.BytesPerPixel);
        if (header.Mode != MrcMode.Float32)
            MrcPixels.Decode(stored, header.Mode, target);
        ArrayPool<byte>.Shared.Return(buffer);
        if (header.Mode is MrcMode.Float32 or MrcMode.Float16 && MrcPixels.IndexOfNonFinite(target) is >= 0 and int bad)
        {
            string found = Describe(target[bad], start + bad, header.Width);
            throw new MicrographFormatException(path, position + (long)bad * header.BytesPerPixel, "a number", found);
        }
    }

    private static void FillAt(SafeFileHandle file, Span<byte> bytes, string path, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw EndOfFile(path, offset, bytes.Length);
            bytes = bytes[read..];
            offset += read;
        }
    }

    private static void Fill(Stream stream, Span<byte> bytes, string path, long offset)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw EndOfFile(path, offset + read, bytes.Length - read);
    }

    private static MicrographFormatException EndOfFile(string path, long offset, int missing) =>
        new(path, offset, $"{missing} more bytes", "the end of the file");

    private static void Skip(Stream stream, long bytes, string path, long offset)
    {
        byte[] buffer = new byte[1 << 16];
        for (long left = bytes; left > 0; left -= buffer.Length)
            Fill(stream, buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)), path, offset + bytes - left);
    }

    /// <summary>The statistics of the pixels as they will be stored.</summary>
    private static MrcHeader WithStatistics(MrcHeader header, Micrograph micrograph, string path)
    {
        double mean = 0, squares = 0;
        long count = 0;
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        float[] pixels = new float[ChunkPixels];
        ForEachStoredChunk(header, micrograph, path, stored =>
        {
            Span<float> chunk = pixels.AsSpan(0, stored.Length / header.BytesPerPixel);
            MrcPixels.Decode(stored, header.Mode, chunk);
            foreach (float pixel in chunk)
            {
                least = pixel < least ? pixel : least;
                most = pixel > most ? pixel : most;
            }

            (double meanOfChunk, double deviation) = Moments.Of(chunk);
            count += chunk.Length;
            double share = (double)chunk.Length / count, step = meanOfChunk - mean;
            mean += share * step;
            squares += chunk.Length * (deviation * deviation + (1 - share) * step * step);
        });
        double rms = Math.Sqrt(squares / count);
        return header with { Minimum = least, Maximum = most, Mean = (float)mean, Rms = (float)rms };
    }

    private static void WriteTo(Stream stream, MrcHeader header, Micrograph micrograph, string path)
    {
        stream.Write(header.ToBytes());
        WritePixels(stream, header, micrograph, path);
    }

    private static void WritePixels(Stream stream, MrcHeader header, Micrograph micrograph, string path)
    {
        ForEachStoredChunk(header, micrograph, path, stored =>
        {
            if (!BitConverter.IsLittleEndian)
                MrcPixels.SwapBytes(stored, header.BytesPerPixel);
            stream.Write(stored);
        });
    }

    private delegate void StoredChunk(Span<byte> stored);

    private static void ForEachStoredChunk(MrcHeader header, Micrograph micrograph, string path, StoredChunk use)
    {
        byte[] buffer = new byte[Math.Min(ChunkPixels, micrograph.Pixels.Length) * header.BytesPerPixel];
        for (int start = 0; start < micrograph.Pixels.Length; start += ChunkPixels)
        {
            ReadOnlySpan<float> chunk = micrograph.Pixels.AsSpan(start, Math.Min(ChunkPixels, micrograph.Pixels.Length - start));
            Span<byte> stored = buffer.AsSpan(0, chunk.Length * header.BytesPerPixel);
            if (MrcPixels.Encode(chunk, header.Mode, stored) is >= 0 and int bad)
            {
                string found = Describe(chunk[bad], start + bad, header.Width);
                throw new TopazException(
                    $"{path}: not written, for the grey value {found} does not fit {header.Mode}; choose another mode.");
            }

            use(stored);
        }
    }

    private static string Describe(float pixel, int index, int width) =>
        FormattableString.Invariant($"{pixel} at column {index % width}, row {index / width}");
}
