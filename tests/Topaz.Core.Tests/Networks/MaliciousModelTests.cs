using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Topaz.Networks;
using Topaz.Networks.Pickle;
using Xunit;

namespace Topaz.Tests;

/// <summary>Models that would attack who loads them in Python are refused in one line, at once.</summary>
public class MaliciousModelTests
{
    private static readonly (string What, byte[] File, string Message)[] s_attacks =
    [
        ("os.system", Pickle("cos\nsystem\n(S'echo owned'\ntR."), "it runs os.system"),
        ("builtins.eval", Pickle("cbuiltins\neval\n(S'1+1'\ntR."), "it runs builtins.eval"),
        ("__builtin__.exec", Pickle("c__builtin__\nexec\n(S'import os'\ntR."), "it runs __builtin__.exec"),
        ("by the stack", [0x80, 4, 0x8c, 5, .. "posix"u8, 0x8c, 6, .. "system"u8, 0x93, (byte)'.'], "it runs posix.system"),
        ("from inside PyTorch", Pickle("ctorch.hub\nload\n(S'x'\ntR."), "it runs torch.hub.load"),
        ("hidden behind an allowed class", Pickle("ctorch.nn.modules.linear\nos.system\n(S'x'\ntR."), "it runs torch.nn.modules.linear.os.system"),
        ("an extension", [0x80, 2, 0x82, 1, (byte)'.'], "instruction 0x82"),
        ("an old-style instance", Pickle("(S'x'\nios\nsystem\n."), "instruction 0x69"),
        ("10 GB of text", [0x80, 4, 0x8d, 0, 0xe4, 0x0b, 0x54, 2, 0, 0, 0, .. "x"u8], "claims 10000000000 bytes"),
        ("4 GB of bytes", [0x80, 3, (byte)'B', 0xff, 0xff, 0xff, 0xff], "claims 4294967295 bytes"),
        ("a number of 2 GB", [0x80, 2, 0x8b, 0xff, 0xff, 0xff, 0x7f], "claims 2147483647 bytes"),
        ("nothing to stop at", Pickle("("), "claims 1 bytes"),
        ("an empty stack", Pickle("."), "takes more than it has"),
        ("a reduce bomb", ReduceBomb(), "far more objects than it has bytes"),
        ("a nesting bomb", NestingBomb(), "not one that PyTorch saved"),
        ("deep nesting", [0x80, 2, .. Enumerable.Repeat((byte)']', 1_000_000), .. Enumerable.Repeat((byte)'a', 999_999), (byte)'.'], "not one that PyTorch saved"),
        ("endless modules", EndlessModules(), "more or deeper modules"),
        ("a zip bomb", ZipBomb(), "claims"),
        ("a zip of something else", Zip(("word/document.xml", [1, 2, 3])), "not one that PyTorch saved"),
    ];

    public static TheoryData<string> Attacks => [.. s_attacks.Select(attack => attack.What)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void AnAttack_IsRefusedInOneLine(string what)
    {
        (_, byte[] file, string message) = s_attacks.Single(attack => attack.What == what);
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        TopazException refusal = Assert.Throws<TopazException>(() => ModelFile.FromBytes(file, "model.sav"));
        Assert.StartsWith("model.sav: ", refusal.Message);
        Assert.Contains(message, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 2, what);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4_000_000 + 64L * file.Length, what);
    }

    [Theory]
    [InlineData(16, "0", 1, 16, null)]
    [InlineData(2_500_000_000, "0", 1, 16, "has 64 bytes, not 10000000000")]
    [InlineData(long.MaxValue / 2, "0", 1, 16, "has 64 bytes")]
    [InlineData(16, "0", 1, 17, "reaches beyond")]
    [InlineData(16, "0", long.MaxValue, 16, "reaches beyond")]
    [InlineData(16, "0", 0, 1_000_000, "reaches beyond")]
    [InlineData(16, "../../../etc/passwd", 1, 16, "is missing")]
    public void ATensor_StaysInItsStorage(long count, string key, long stride, long side, string? message)
    {
        byte[] file = Zip(("m/data.pkl", Tensor(count, key, stride, side)), ("m/data/0", new byte[64]));
        TorchCheckpoint checkpoint = TorchCheckpoint.Read(new MemoryStream(file), "model.sav");
        var tensor = (TorchTensor)((PickleDictionary)checkpoint.Content!)["w"]!;
        if (message is null)
            Assert.Equal(16, checkpoint.Values(tensor).Length);
        else
            Assert.Contains(message, Assert.Throws<TopazException>(() => checkpoint.Values(tensor)).Message);
    }

    [Theory]
    [InlineData("state-stream.sav")]
    [InlineData("state-zip.sav")]
    public void EveryTruncation_IsRefused(string name)
    {
        byte[] file = Fixture.Bytes("torch", name);
        for (int length = 0; length < file.Length; length += length < 600 ? 1 : 7)
            Assert.Throws<TopazException>(() => ModelFile.FromBytes(file[..length], "model.sav"));
    }

    private static byte[] Pickle(string program) => Encoding.Latin1.GetBytes(program.Insert(0, "\u0080\u0002"));

    /// <summary>Lists of ten of the list before, twenty deep: 10^20 leaves for who walks all ways.</summary>
    private static byte[] NestingBomb()
    {
        var program = new StringBuilder("}(U\u0001x](K\u0001K\u0001e");
        for (int level = 0; level < 20; level++)
        {
            program.Append((char)'q').Append((char)level).Append("](");
            for (int i = 0; i < 10; i++)
                program.Append('h').Append((char)level);
            program.Append('e');
        }

        return Pickle(program + "u.");
    }

    /// <summary>A list of 5,000 pairs, of which 5,000 calls make a dictionary each.</summary>
    private static byte[] ReduceBomb()
    {
        var program = new StringBuilder("ccollections\nOrderedDict\nq\u0001](");
        for (int i = 0; i < 5000; i++)
            program.Append($"(V{i}\nNt");
        program.Append("e\u0085q\u0002(");
        for (int i = 0; i < 5000; i++)
            program.Append("h\u0001h\u0002R");
        return Pickle(program + "l.");
    }

    /// <summary>A module that holds itself.</summary>
    private static byte[] EndlessModules() => Zip(("m/data.pkl", Pickle("ctopaz.model.classifier\nLinearClassifier\n)\u0081q\0}(U\b_modules}U\u0001xh\0ssb.".Replace("}(U", "}U"))));

    /// <summary>A state dict with one tensor.</summary>
    private static byte[] Tensor(long count, string key, long stride, long side) => Pickle(
        $"}}U\u0001wctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nFloatStorage\nV{key}\nU\u0003cpuL{count}L\ntQK\0(K\u0001K\u0001L{side}L\nK\u0001t"
        + $"(K\u0000K\u0000L{stride}L\nK\u0000t\u0089}}tRs.");

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>An entry whose directory claims 900 MB.</summary>
    private static byte[] ZipBomb()
    {
        byte[] archive = Zip(("m/data.pkl", new byte[1000]));
        int directory = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(archive.AsSpan(directory + 24), 900_000_000);
        return archive;
    }
}
