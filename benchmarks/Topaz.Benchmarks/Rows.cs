namespace Topaz.Benchmarks;

/// <summary>One thing that is timed.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Task">The line that all contenders get.</param>
/// <param name="Contenders">Ours first, then its rivals; names of <see cref="Roster"/>.</param>
internal sealed record Row(string Name, string Task, params string[] Contenders)
{
    /// <summary>Whether it is too long to be run more than once.</summary>
    public bool Once { get; init; }
}

/// <summary>The rows of the tables.</summary>
internal static class Rows
{
    /// <param name="data">Where a raw micrograph, raw.mrc, is.</param>
    /// <param name="micrographs">Size of the folder.</param>
    public static Row[] Compared(string data, int micrographs) =>
    [
        Score("resnet8", 32, 1024, Roster.Ours, Roster.PyTorch, Roster.OnnxRuntime),
        Score("resnet16", 32, 1024, Roster.Ours, Roster.PyTorch, Roster.OnnxRuntime),
        .. Training,
        new("preprocess 4096² by 4, file to file", Preprocess(data, 4), Roster.Ours, Roster.Numpy),
        new("preprocess 4096² by 8, file to file", Preprocess(data, 8), Roster.Ours, Roster.Numpy),
        new("suppress 600,625 candidates, radius 8", "suppress 775 8", Roster.Ours, Roster.Numpy),
        new("start-up of the command (rival: import torch)", "start", Roster.TopazCommand, Roster.Python),
        new("memory: score 4096², resnet8 u32", "score resnet8 32 4096", Roster.Ours) { Once = true },
        new("memory: score 8192², resnet8 u32", "score resnet8 32 8192", Roster.Ours) { Once = true },
        new($"folder of {Fifth(micrographs)}: extract, 2048² by 4, resnet8 u32", $"extract {Fifth(micrographs)}", Roster.TopazCommand) { Once = true },
        new($"folder of {micrographs}: extract, 2048² by 4, resnet8 u32", $"extract {micrographs}", Roster.TopazCommand) { Once = true },
        new($"folder of {Fifth(micrographs)}: segment, 2048² by 4, resnet8 u32", $"segment {Fifth(micrographs)}", Roster.TopazCommand) { Once = true },
    ];

    /// <summary>Scoring of various sizes and widths, training of various widths.</summary>
    public static Row[] Growth =>
    [
        Score("resnet8", 32, 512, Roster.Ours),
        Score("resnet8", 32, 1024, Roster.Ours),
        Score("resnet8", 32, 2048, Roster.Ours),
        Score("resnet8", 16, 1024, Roster.Ours),
        Score("resnet8", 64, 1024, Roster.Ours),
        Step("resnet8", 16, Roster.Ours),
        Step("resnet8", 32, Roster.Ours),
        Step("resnet8", 64, Roster.Ours),
    ];

    /// <summary>What another backend is timed on.</summary>
    public static Row[] Networks(params int[] widths) =>
    [
        .. widths.Select(width => Score("resnet8", 32, width, Roster.Ours, Roster.PyTorch)),
        .. Training,
    ];

    private static Row[] Training =>
    [
        Step("resnet8", 32, Roster.Ours, Roster.PyTorch),
        new("training step, resnet8 u32, autoencoder", "step resnet8 32 32", Roster.Ours, Roster.PyTorch),
        Step("resnet16", 32, Roster.Ours, Roster.PyTorch),
    ];

    private static Row Score(string network, int units, int width, params string[] contenders) =>
        new($"score {width}², {network} u{units}", $"score {network} {units} {width}", contenders);

    private static Row Step(string network, int units, params string[] contenders) =>
        new($"training step, {network} u{units}", $"step {network} {units} 0", contenders);

    private static string Preprocess(string data, int factor) => $"preprocess {Path.Combine(data, "raw.mrc")} {Path.Combine(data, "prepared.mrc")} {factor}";

    private static int Fifth(int micrographs) => Math.Max(1, micrographs / 5);
}
