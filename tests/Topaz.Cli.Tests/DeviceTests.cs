using Topaz.Cli;
using Topaz.Compute;

namespace Topaz.Tests;

/// <summary>Where the command computes, built with GPU support (-p:Torch=cpu or cuda) or without.</summary>
public sealed class DeviceTests(DataSet data) : IClassFixture<DataSet>
{
    private static readonly bool s_hasTorch = File.Exists(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll"));

    [Fact]
    public void Missing_GPU_is_one_line_and_the_CPU_takes_over()
    {
        data.Run($"{DataSet.Train} --save-prefix cpu -d -1");
        TopazProcess.Result wanted = data.Run("extract -r 5 -m cpu_epoch3.sav -d -1 -o cpu.txt data/micrographs");
        foreach (string device in (string[])["99", "98,99"])
        {
            TopazProcess.Result result = data.Run($"extract -r 5 -m cpu_epoch3.sav -d {device} -o gpu.txt data/micrographs");
            string line = Assert.Single(result.ErrorLines, line => line.Contains("GPU", StringComparison.Ordinal));
            Assert.EndsWith("omputing on the CPU.", line, StringComparison.Ordinal);
            Assert.Equal(wanted.ErrorLines.Length + 1, result.ErrorLines.Length);
            Assert.Equal(File.ReadAllText(data["cpu.txt"]), File.ReadAllText(data["gpu.txt"]));
        }

        data.Run($"{DataSet.Train} --save-prefix asked -d 99");
        Assert.Equal(File.ReadAllBytes(data["cpu_epoch3.sav"]), File.ReadAllBytes(data["asked_epoch3.sav"]));
    }

    [Fact]
    public void Missing_GPU_does_not_hide_those_after_it()
    {
        var backends = new Dictionary<int, CpuBackend> { [0] = new(), [1] = new() };
        IComputeBackend Pretend(int gpu) => backends.TryGetValue(gpu, out CpuBackend? backend)
            ? backend
            : throw new ComputeDeviceException($"There is no GPU {gpu}.");

        (List<IComputeBackend> opened, List<string> problems) = DeviceFlag.OpenEach([5, 1, 6, 0], wanted: 2, Pretend);
        Assert.Equal([backends[1], backends[0]], opened);
        Assert.Equal(["There is no GPU 5.", "There is no GPU 6."], problems);
        Assert.Equal([backends[0]], DeviceFlag.OpenEach([0, 1, 7], wanted: 1, Pretend).Opened);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0,")]
    [InlineData("0,-1")]
    public void Senseless_devices_are_refused(string device)
    {
        TopazProcess.Result result = TopazProcess.Run(data.FullName, $"extract -r 5 -m missing.sav -d {device} data/micrographs");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--device: '{device}' is not the number of a GPU", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Libtorch_trains_and_picks_like_the_CPU_engine_in_the_order_of_the_list()
    {
        Skip.IfNot(s_hasTorch, "the command is built without TorchSharp");
        data.Run($"{DataSet.Train} --save-prefix own -o own-curve.txt -d -1");
        TopazProcess.Result trained = data.Run($"{DataSet.Train} --save-prefix torch -o torch-curve.txt -d -2");
        Assert.Contains("Computing with libtorch on the CPU.", trained.Error, StringComparison.Ordinal);
        Assert.Equal(Losses("own-curve.txt"), Losses("torch-curve.txt"), (a, b) => Math.Abs(a - b) < 1e-2);

        data.Run("extract -r 5 -t -20 -m own_epoch3.sav -o own.txt -d -1 data/micrographs");
        data.Run("extract -r 5 -t -20 -m own_epoch3.sav -o torch.txt -d -2 -j 3 data/micrographs");
        string[] own = Names("own.txt"), torch = Names("torch.txt");
        Assert.Equal(own.Distinct(), torch.Distinct());
        Assert.InRange(torch.Length, own.Length - 5, own.Length + 5);

        double[] Losses(string file) =>
            [.. File.ReadLines(data[file]).Skip(1).Take(20).Select(line => double.Parse(line.Split('\t')[3], System.Globalization.CultureInfo.InvariantCulture))];

        string[] Names(string file) => [.. File.ReadLines(data[file]).Skip(1).Select(line => line.Split('\t')[0])];
    }

    [SkippableFact]
    public void Missing_libtorch_is_one_line_and_nothing_on_standard_output()
    {
        Skip.IfNot(s_hasTorch, "the command is built without TorchSharp");
        data.Run($"{DataSet.Train} --save-prefix lib -d -1");
        // Our own files and TorchSharp's, without libtorch.
        string bare = data["bare"];
        Directory.CreateDirectory(bare);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(bare, Path.GetFileName(file)), overwrite: true);
        TopazProcess.Result result = TopazProcess.Shell(
            data.FullName, "\"$0\" bare/topaz.dll extract -r 5 -m lib_epoch3.sav -d 0 -o bare.txt data/micrographs");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Single(result.ErrorLines, line => line.StartsWith("TorchSharp cannot load libtorch", StringComparison.Ordinal));
        Assert.True(new FileInfo(data["bare.txt"]).Length > 0);
    }
}
