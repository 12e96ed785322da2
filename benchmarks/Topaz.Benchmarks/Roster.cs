using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Networks.Onnx;

namespace Topaz.Benchmarks;

/// <summary>All contenders by name, and how each is started.</summary>
/// <param name="options">Threads, and what to start.</param>
/// <param name="ours">Arguments that make this program do our side.</param>
/// <param name="device">Where PyTorch computes: cpu, or cuda.</param>
/// <param name="data">A folder for files that contenders need.</param>
internal sealed class Roster(Options options, string[] ours, string device, string data)
{
    public const string Ours = "Topaz", TopazCommand = "topaz command", PyTorch = "PyTorch", OnnxRuntime = "ONNX Runtime", Numpy = "numpy", Python = "Python";

    private readonly HashSet<string> _present = [];

    /// <summary>Tells who a contender is, or why it is left out.</summary>
    public void Introduce(string name)
    {
        try
        {
            using IContender contender = Start(name);
            Console.WriteLine($"{name}: {contender.Description}");
            _present.Add(name);
        }
        catch (ContenderException exception)
        {
            Console.WriteLine($"{name} is left out: {exception.Message}{Remedy(name)}");
        }
    }

    /// <summary>Whether a contender was introduced and is there.</summary>
    public bool Has(string name) => _present.Contains(name);

    /// <summary>Starts a contender.</summary>
    /// <exception cref="ContenderException">It is not installed.</exception>
    public IContender Start(string name) => name switch
    {
        Ours => new LineProcess(Environment.ProcessPath!, ours),
        TopazCommand => StartTopazCommand(),
        PyTorch => StartPython("pytorch_rival.py", $"{options.Threads}", device),
        Numpy => StartPython("python_preprocess.py"),
        OnnxRuntime => StartOnnxRuntime(),
        Python => WithPython(StartImport),
        _ => throw new ArgumentException($"There is no contender '{name}'."),
    };

    private static string Remedy(string name) => name switch
    {
        PyTorch or Python => " (Debian: apt-get install python3-torch)",
        Numpy => " (Debian: apt-get install python3-numpy python3-mrcfile)",
        OnnxRuntime => " (it needs node and npm)",
        TopazCommand => " (dotnet publish src/Topaz.Cli -c Release -r linux-x64 -o bin)",
        _ => "",
    };

    private static IContender StartPython(string script, params string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, script);
        if (!File.Exists(path))
            throw new ContenderException($"there is no {script}");
        return WithPython(python => new LineProcess(python, [path, .. arguments]));
    }

    private static Command StartImport(string python)
    {
        var import = new Command($"{python} -c 'import torch'", python, _ => ["-c", "import torch"]);
        import.Ask("start");
        return import;
    }

    private static IContender WithPython(Func<string, IContender> start)
    {
        // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
        try
        {
            return start("/usr/bin/python3");
        }
        catch (ContenderException)
        {
            return start("python3");
        }
    }

    private LineProcess StartOnnxRuntime()
    {
        string modules = Path.Combine(Repository.Root, "artifacts", "onnxruntime"), package = "onnxruntime-node@1.30.0";
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "onnxruntime-node")))
        {
            Console.WriteLine($"ONNX Runtime: npm installs {package} into {modules}, once");
            Directory.CreateDirectory(modules);
            // The package brings its CPU engine; what its script would download is for GPUs.
            using var npm = new Command("npm", "npm", _ => ["install", "--prefix", modules, "--no-audit", "--no-fund", "--ignore-scripts", package]);
            npm.Ask("install");
        }

        foreach (string name in new[] { "resnet8", "resnet16" })
            WriteNetwork(name, 32);
        return new LineProcess("node", Path.Combine(AppContext.BaseDirectory, "onnxruntime_rival.mjs"), $"{options.Threads}", modules, data);
    }

    /// <summary>A network for ONNX Runtime, and an image with our scores, by which it makes sure that its network is the same.</summary>
    private void WriteNetwork(string name, int units)
    {
        string path = Path.Combine(data, $"{name}-{units}");
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = units, BatchNorm = false });
        Weights weights = WeightInitializer.Create(architecture, seed: 1);
        OnnxFile.Write(path + ".onnx", new PickerModel(architecture, weights, Preprocessing.None));
        Micrograph image = Noise.Image(128);
        using IScorer scorer = new CpuBackend(options.Threads).CreateScorer(new PickerModel(architecture, weights, Preprocessing.None));
        using var reference = new BinaryWriter(File.Create(path + ".reference"));
        foreach (float value in image.Pixels.Concat(scorer.Score(image).Pixels))
            reference.Write(value);
    }

    private Command StartTopazCommand()
    {
        string name = OperatingSystem.IsWindows() ? "topaz.exe" : "topaz", published = Path.Combine(Repository.Root, "bin", name);
        string built = Path.Combine(Repository.Root, "src", "Topaz.Cli", "bin", "Release", "net10.0", name);
        string path = options.Topaz ?? (File.Exists(published) ? published : built);
        if (!File.Exists(path))
            throw new ContenderException($"there is no {path}");
        string form = path == published ? "published form" : path == built ? "built, not published" : "as given";
        return new Command($"{path}, {form}, {ChildProcess.Output(path, "--version")}", path, task => task.Split(' ') switch
        {
            ["extract", var count] => ["extract", "--quiet", "-j", $"{options.Threads}", "-m", Model, "-r", "8", "-o", Path.Combine(data, "picks.txt"), FolderOf(count)],
            ["segment", var count] => ["segment", "--quiet", "-j", $"{options.Threads}", "-m", Model, "-o", Path.Combine(data, "scores"), FolderOf(count)],
            _ => ["--version"],
        });
    }

    private string Model => Path.Combine(data, BenchmarkData.Model);

    private string FolderOf(string count) => BenchmarkData.Folder(data, int.Parse(count));
}
