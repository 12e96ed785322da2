using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Topaz.Tests.Fuzzing;

/// <summary>
/// Feeds a reader damaged files: each mutant of a sound one must be read or refused with a <see cref="TopazException"/> in one
/// line, in less than a second, and without allocating more than a small multiple of its size. Mutant i of a seed is the same
/// on every machine; TOPAZ_FUZZ_COUNT changes how many there are.
/// </summary>
internal static class Fuzzer
{
    private const long FreeBytes = 1 << 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>Sizes and offsets that upset arithmetic.</summary>
    private static readonly ulong[] s_numbers =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 10_000_000_000, 0x7FFFFFFFFFFFFFFF, ulong.MaxValue];

    /// <summary>Words that upset readers of text.</summary>
    private static readonly string[] s_words =
        ["", " ", "\t", "\n", "\r\n", "\0", "\"", "'", "-", "-1", "0", "1e999", "-1e-999", "nan", "inf", "99999999999999999999", "0x10", "1,5", "#", "_", "loop_", "data_",
            "{", "}", "[", "]", "[[[[[[[[", ",", ":", "null", "\uFEFF", "\uD800", "µ", "../../x", "a.mrc"];

    /// <summary>How many mutants a test makes.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TOPAZ_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 100_000;

    /// <summary>Runs a reader over mutants of files.</summary>
    /// <param name="seeds">Sound files, small ones: a mutation then hits something that matters.</param>
    /// <param name="read">Reads a file's content; on this thread alone, or what it allocates is not seen.</param>
    /// <param name="multiple">Bytes that may be allocated per byte of the file.</param>
    /// <returns>How many mutants were accepted and refused; both must happen, or the reader is not tried at all.</returns>
    public static (int Accepted, int Refused) Run(IReadOnlyList<byte[]> seeds, Action<byte[]> read, int multiple = 64)
    {
        foreach (byte[] seed in seeds)
            read(seed);
        int accepted = 0, refused = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] mutant = Mutate(seeds, (uint)i);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            try
            {
                read(mutant);
                accepted++;
            }
            catch (TopazException refusal)
            {
                refused++;
                if (refusal.Message.AsSpan().ContainsAny('\n', '\r', '\0') || refusal.Message.Length > 500)
                    throw Failure(i, mutant, $"is refused with more than one plain line: {refusal.Message}", refusal);
            }
            catch (Exception failure)
            {
                throw Failure(i, mutant, $"ends in {failure.GetType().Name}: {failure.Message}", failure);
            }

            TimeSpan time = Stopwatch.GetElapsedTime(start);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            // A machine that is busy with other tests can stand still; a mutant that hangs does so every time.
            if (time > s_longest && Repeat(read, mutant) > s_longest)
                throw Failure(i, mutant, $"takes {time.TotalSeconds:0.0} s", null);
            if (allocated > FreeBytes + (long)multiple * mutant.Length)
                throw Failure(i, mutant, $"of {mutant.Length} bytes makes the reader allocate {allocated}", null);
        }

        return (accepted, refused);
    }

    private static TimeSpan Repeat(Action<byte[]> read, byte[] mutant)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            read(mutant);
        }
        catch (TopazException)
        {
            // Known from the first time.
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static InvalidOperationException Failure(int index, byte[] mutant, string what, Exception? inner)
    {
        string path = Path.Combine(Path.GetTempPath(), $"topaz-mutant-{index}");
        File.WriteAllBytes(path, mutant);
        return new InvalidOperationException($"Mutant {index}, kept as {path}, {what}", inner);
    }

    private static byte[] Mutate(IReadOnlyList<byte[]> seeds, uint index)
    {
        var random = new RandomStream(seed: 6, index);
        var bytes = new List<byte>(seeds[(int)(index % seeds.Count)]);
        // Most have one wound, for with many every reader stops at the first.
        int wounds = random.NextInt32(4) == 0 ? 2 + random.NextInt32(6) : 1;
        for (int i = 0; i < wounds; i++)
            Wound(bytes, seeds, ref random);
        return [.. bytes];
    }

    private static void Wound(List<byte> bytes, IReadOnlyList<byte[]> seeds, ref RandomStream random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.NextUInt32());
            return;
        }

        // Headers are at the beginning, and matter most.
        int at = random.NextInt32(random.NextInt32(2) == 0 ? Math.Min(bytes.Count, 256) : bytes.Count);
        int length = Math.Min(1 + random.NextInt32(16), bytes.Count - at);
        switch (random.NextInt32(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.NextInt32(8));
                break;
            case 1:
                bytes[at] = (byte)random.NextUInt32();
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(s_words[random.NextInt32(s_words.Length)]));
                break;
            case 6:
                byte[] word = Encoding.UTF8.GetBytes(s_words[random.NextInt32(s_words.Length)]);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, word);
                break;
            case 7:
                Span<byte> number = stackalloc byte[8];
                int size = 1 << random.NextInt32(4);
                ulong value = s_numbers[random.NextInt32(s_numbers.Length)];
                if (random.NextInt32(2) == 0)
                    BinaryPrimitives.WriteUInt64LittleEndian(number, value);
                else
                    BinaryPrimitives.WriteUInt64BigEndian(number, value << (64 - 8 * size));
                for (int i = 0; i < Math.Min(size, bytes.Count - at); i++)
                    bytes[at + i] = number[i];
                break;
            default:
                byte[] other = seeds[random.NextInt32(seeds.Count)];
                int from = random.NextInt32(Math.Max(1, other.Length)), some = Math.Min(length, other.Length - from);
                bytes.InsertRange(at, other.AsSpan(from, some).ToArray());
                break;
        }
    }
}
