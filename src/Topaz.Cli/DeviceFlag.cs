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
    private const string Description = "number of a GPU, used if there is one, or of several, as 0,1; -1 for the CPU";

    private readonly Option<string> _option;

    public DeviceFlag(Verb verb, string defaultValue = "0")
    {
        _option = verb.Flag(["-d", "--device"], defaultValue, Description, "N");
        _option.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>()!;
            if (Numbers(text) is null)
                result.AddError($"{_option.Name}: '{text}' is not the number of a GPU, nor several as 0,1.");
        });
    }

    /// <summary>The GPUs asked for, or the CPU alone where they are missing, which is said in one line.</summary>
    public IReadOnlyList<IComputeBackend> Open(ParseResult parse, int threads, VerbConsole console)
    {
        int[] numbers = Numbers(parse.GetValue(_option)!)!;
        List<IComputeBackend> backends = numbers[0] == -1 ? [] : OpenGpus(numbers, parse.IsDefault(_option), console);
        return backends.Count > 0 ? backends : [new CpuBackend(threads)];
    }

    /// <summary>Says in one line that a GPU was asked for where none is used.</summary>
    public void NoteUnused(ParseResult parse, VerbConsole console)
    {
        if (Numbers(parse.GetValue(_option)!)![0] >= 0 && !parse.IsDefault(_option))
            console.Note($"{_option.Name} has no meaning here: images are prepared on the CPU.");
    }

    /// <summary>The numbers in the flag's value; null where it makes no sense.</summary>
    private static int[]? Numbers(string text)
    {
        var numbers = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || (number < 0 && text.Contains(',')))
                return null;
            numbers.Add(Math.Max(number, LeastNumber));
        }

        return [.. numbers.Distinct()];
    }

#if TORCH
    // -2 is libtorch on the CPU, to compare with.
    private const int LeastNumber = -2;

    private static List<IComputeBackend> OpenGpus(int[] numbers, bool isDefault, VerbConsole console)
    {
        var backends = new List<IComputeBackend>();
        try
        {
            foreach (int number in numbers)
                backends.Add(number < 0 ? TorchBackend.OnCpu() : TorchBackend.OnGpu(number));
        }
        catch (ComputeDeviceException failure)
        {
            console.Note($"{failure.Message} {(backends.Count == 0 ? "Computing on the CPU." : "Going on without.")}");
        }

        if (backends.Count > 0)
            console.Note($"Computing with {string.Join(", ", backends.Cast<TorchBackend>().Select(backend => backend.Name))}.");
        return backends;
    }
#else
    private const int LeastNumber = -1;

    private static List<IComputeBackend> OpenGpus(int[] numbers, bool isDefault, VerbConsole console)
    {
        if (!isDefault)
            console.Note("No GPU support is built in; computing on the CPU.");
        return [];
    }
#endif
}
