using System.Globalization;
using Topaz.Compute;

namespace Topaz.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: Topaz.Benchmarks [layers|growth|torch|mlnet|kernels] [--runs N] [--threads N] [--only TEXT] [--folder N] [--level L] [--topaz FILE]
          (none)     everything beside its rivals, the share of peak of the product kernel, and the arithmetic of each layer
          layers     the arithmetic alone
          growth     how cost grows with image size and units
          torch      the TorchSharp backend beside PyTorch on the same device, a GPU if there is one
          mlnet      what the way through ML.NET costs
          kernels    single kernels, by BenchmarkDotNet, which takes the remaining arguments
          --runs     least number of timed runs (3); quick rows are run more often
          --threads  threads of all contenders (2)
          --only     rows whose name contains this text
          --folder   micrographs in the folder for segment and extract (100)
          --level    vector width of the CPU engine: Portable, Vector128, Vector256, Vector512
          --topaz    the topaz command (bin/topaz, if it was published there, or what the last build made)
        """;

    public int Runs { get; private init; } = 3;

    public int Threads { get; private init; } = 2;

    public string Only { get; private init; } = "";

    public int Folder { get; private init; } = 100;

    public SimdLevel Level { get; private init; } = Kernels.Best;

    public string? Topaz { get; private init; }

    /// <exception cref="FormatException">An unknown option, or one without a value.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException(Usage);
            options = args[i] switch
            {
                "--runs" => options with { Runs = Positive(value) },
                "--threads" => options with { Threads = Positive(value) },
                "--only" => options with { Only = value },
                "--folder" => options with { Folder = Positive(value) },
                "--level" when Enum.TryParse(value, ignoreCase: true, out SimdLevel level) && level <= Kernels.Best => options with { Level = level },
                "--topaz" => options with { Topaz = value },
                _ => throw new FormatException(Usage),
            };
        }

        return options;
    }

    /// <summary>Those rows that were asked for.</summary>
    public Row[] Wanted(IEnumerable<Row> rows) => [.. rows.Where(row => Wants(row.Name))];

    public bool Wants(string name) => name.Contains(Only, StringComparison.OrdinalIgnoreCase);

    private static int Positive(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : throw new FormatException(Usage);
}
