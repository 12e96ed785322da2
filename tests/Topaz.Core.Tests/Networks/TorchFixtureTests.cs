using System.IO.Compression;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests;

/// <summary>Checkpoints that PyTorch itself wrote; Fixtures/torch-modules/README.md says how.</summary>
public class TorchFixtureTests
{
    [Theory]
    [InlineData("whole-resnet8", "resnet8", true)]
    [InlineData("dense-resnet8", "resnet8", true)]
    [InlineData("strange", "conv31", false)]
    [InlineData("strange-stream", "conv31", false)]
    [InlineData("protocol1", "conv31", true)]
    [InlineData("protocol4", "conv31", true)]
    [InlineData("protocol5", "conv31", true)]
    [InlineData("protocol4-stream", "conv31", true)]
    public void NetworkAndNumbersAreRead(string file, string architecture, bool batchNorm)
    {
        PickerModel model = ModelFile.FromBytes(Read(file), file);
        Assert.Equal(new ArchitectureOptions { Name = architecture, Units = 1, BatchNorm = batchNorm }, model.Architecture.Options);
        Assert.All(model.Weights.Tensors, tensor =>
            Assert.Equal(Enumerable.Range(0, tensor.Data.Length).Select(j => (((37 * j) + (11 * tensor.Name.Length)) % 100 + 1) / 64f), tensor.Data));
    }

    [Theory]
    [InlineData("other-stride", "features.features.3 has another stride")]
    [InlineData("other-activation", "features.features.1 is a Sigmoid")]
    [InlineData("linear", "its network is none of")]
    public void WhatComputesSomethingElseIsRefused(string file, string told)
    {
        TopazException failure = Assert.Throws<TopazException>(() => ModelFile.FromBytes(Read(file), file));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ViewsOfStoragesAreNotOverlooked()
    {
        byte[] file = Read("strange-stream");
        // The end of the first storage's tuple: None, where a view would be described.
        file[file.AsSpan().IndexOf("Nt"u8)] = 0x88;
        Assert.Contains("makes no sense", Assert.Throws<TopazException>(() => ModelFile.FromBytes(file, "model.sav")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ZerosAreNotUnpacked()
    {
        // All is as it should be, but the pickle has become 50 MB of zeros that were packed into 50 kB.
        using var whole = new ZipArchive(new MemoryStream(Read("protocol4")));
        using var bytes = new MemoryStream();
        using (var bomb = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in whole.Entries)
            {
                using Stream from = entry.Open(), to = bomb.CreateEntry(entry.FullName, CompressionLevel.SmallestSize).Open();
                if (entry.Name == "data.pkl")
                    to.Write(new byte[50_000_000]);
                else
                    from.CopyTo(to);
            }
        }

        byte[] file = bytes.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        TopazException failure = Assert.Throws<TopazException>(() => ModelFile.FromBytes(file, "bomb.sav"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains("claims 50000000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OurOwnFilesAreNotTakenForOthers()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 1, BatchNorm = false });
        Weights weights = WeightInitializer.Create(architecture, seed: 1);
        int alike = 0;
        for (int length = 0; length < 600; length += 8)
        {
            var training = new TrainingRecord { Objective = new string('x', length) };
            byte[] file = ModelFile.ToBytes(new PickerModel(architecture, weights, Images.Preprocessing.None, training));
            // Lengths of the header that begin as a pickle does.
            alike += file is [0x80, <= 5, ..] ? 1 : 0;
            Assert.Equal(training.Objective, ModelFile.FromBytes(file, "model.sav").Training!.Objective);
        }

        Assert.InRange(alike, 1, 10);
    }

    private static byte[] Read(string file) => Fixture.Bytes("torch-modules", file + ".sav");
}
