namespace Topaz.Benchmarks;

/// <summary>The CPU engine and the command beside all their rivals.</summary>
internal static class Comparison
{
    /// <summary>Everything.</summary>
    public static int Run(Options options)
    {
        Timed(options, data => Rows.Compared(data, options.Folder));
        if (options.Wants("kernel"))
            KernelShare.Print();
        return options.Wants("layers") ? Layers(options, "resnet8") : 0;
    }

    /// <summary>How cost grows.</summary>
    public static int Growth(Options options) => Timed(options, _ => Rows.Growth);

    /// <summary>The arithmetic of networks.</summary>
    public static int Layers(Options options, params string[] networks)
    {
        foreach (string name in networks)
        {
            LayerArithmetic.PrintScoring(name, 32, 1024, options.Level);
            LayerArithmetic.PrintStep(name, 32, 0);
        }

        LayerArithmetic.PrintStep("resnet8", 32, 32);
        return 0;
    }

    private static int Timed(Options options, Func<string, Row[]> rows)
    {
        Console.WriteLine(Machine.Describe(options));
        string data = Directory.CreateTempSubdirectory("topaz-benchmarks").FullName;
        try
        {
            Row[] wanted = options.Wanted(rows(data));
            if (wanted.Length == 0)
                return 0;
            BenchmarkData.Write(data);
            Table.Run(wanted, new Roster(options, ["serve", $"{options.Threads}", $"{options.Level}"], "cpu", data), options.Runs);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
