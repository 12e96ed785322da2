using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Compute;
#if TORCH
using Topaz.TorchSharp;
#endif

namespace Topaz.Cli;

/// <summary>
/// The flag that says where networks run: on GPUs where there are some, otherwise on the CPU. GPU support is built in with
/// <c>-p:Torch=cuda</c>.
/// </summary>
internal sealed class DeviceFlag
{
    private const string Description = "GPU to compute on, or several as 0,1; the CPU where there is none, and for -1";
    private const string UnusedDescription = "for compatibility: images are prepared on the CPU";

    // libtorch on the CPU is for comparing the two engines. All other negative numbers are the CPU, as they are to the Python tool.
    private const int Cpu = -1, LibtorchOnCpu = -2;

    private readonly Option<string> _option;

    /// <param name="verb">Whose flag it is.</param>
    /// <param name="isUsed">Whether the verb has work for a GPU.</param>
    public DeviceFlag(Verb verb, bool isUsed = true)
    {
        _option = verb.Flag(["-d", "--device"], isUsed ? "0" : "-1", isUsed ? Description : UnusedDescription, "N");
        _option.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>()!;
            if (Numbers(text) is null)
                result.AddError($"{_option.Name}: '{text}' is not the number of a GPU, nor several as 0,1.");
        });
    }

    /// <summary>The GPUs asked for, or the CPU alone where they are missing; what is missing is said.</summary>
    public IReadOnlyList<IComputeBackend> Open(ParseResult parse, int threads, VerbConsole console) => Open(parse, threads, int.MaxValue, console);

    /// <summary>The first GPU asked for that can be had, for what runs on one device; the CPU where there is none.</summary>
    public IComputeBackend OpenOne(ParseResult parse, int threads, VerbConsole console) => Open(parse, threads, 1, console)[0];

    /// <summary>Says in one line that a GPU was asked for where none is used.</summary>
    public void NoteUnused(ParseResult parse, VerbConsole console)
    {
        if (Numbers(parse.GetValue(_option)!)![0] >= 0 && !parse.IsDefault(_option))
            console.Note($"{_option.Name} has no meaning here: images are prepared on the CPU.");
    }

    /// <summary>The first devices that can be opened, as many as are wanted, and what is wrong with those before and between them.</summary>
    internal static (List<IComputeBackend> Opened, List<string> Problems) OpenEach(int[] numbers, int wanted, Func<int, IComputeBackend> open)
    {
        (List<IComputeBackend> opened, List<string> problems) = ([], []);
        foreach (int number in numbers)
        {
            if (opened.Count == wanted)
                break;
            try
            {
                opened.Add(open(number));
            }
            catch (ComputeDeviceException failure)
            {
                problems.Add(failure.Message);
            }
        }

        return (opened, problems);
    }

    private List<IComputeBackend> Open(ParseResult parse, int threads, int wanted, VerbConsole console)
    {
        int[] numbers = Numbers(parse.GetValue(_option)!)!;
        if (numbers[0] == Cpu)
            return [new CpuBackend(threads)];
#if TORCH
        (List<IComputeBackend> opened, List<string> problems) = OpenEach(
            numbers, wanted, number => number == LibtorchOnCpu ? TorchBackend.OnCpu() : TorchBackend.OnGpu(number));
        string problem = string.Concat(problems.Distinct().Select(line => $"{line} "));
        if (opened.Count > 0)
        {
            string names = string.Join(" and ", opened.Cast<TorchBackend>().Select(backend => backend.Name));
            console.Note($"{problem}Computing with {names}{(numbers.Length > wanted ? " alone" : "")}.");
            return opened;
        }

        console.Note($"{problem}Computing on the CPU.");
#else
        if (!parse.IsDefault(_option))
            console.Note("No GPU support is built in; computing on the CPU.");
#endif
        return [new CpuBackend(threads)];
    }

    /// <summary>The numbers in the flag's value; null where it makes no sense.</summary>
    private static int[]? Numbers(string text)
    {
        var numbers = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || (number < 0 && text.Contains(',')))
                return null;
            numbers.Add(number is >= 0 or LibtorchOnCpu ? number : Cpu);
        }

        return [.. numbers.Distinct()];
    }
}
