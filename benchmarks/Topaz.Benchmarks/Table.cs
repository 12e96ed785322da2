namespace Topaz.Benchmarks;

/// <summary>
/// Times rows, contenders in turn (ours, theirs, ours, theirs, …), so that a machine whose speed drifts treats all alike, and prints what
/// came out. Each row gets fresh processes, whose peak memory is therefore the row's.
/// </summary>
internal static class Table
{
    /// <summary>Seconds that a row should take at least, if more runs than asked for fit in.</summary>
    private const double Budget = 6;

    private const double WarmUpSeconds = 2;

    /// <summary>Milliseconds before each run that follows another contender's.</summary>
    private const int Pause = 300;

    /// <param name="rows">What to time.</param>
    /// <param name="roster">Who does it; contenders that are not there are left out.</param>
    /// <param name="runs">Least number of timed runs of a row that is not run once.</param>
    public static void Run(IReadOnlyCollection<Row> rows, Roster roster, int runs)
    {
        foreach (string name in rows.SelectMany(row => row.Contenders).Distinct())
            roster.Introduce(name);
        Console.WriteLine();
        Console.WriteLine("                                  seconds: min    median       max    peak MB    theirs / ours, runs");
        foreach (Row row in rows)
        {
            var contenders = new List<(string Name, IContender Contender, List<double> Seconds)>();
            try
            {
                foreach (string name in row.Contenders.Where(roster.Has))
                    contenders.Add((name, roster.Start(name), []));
                if (contenders.Count == 0)
                    continue;
                Console.WriteLine(row.Name);
                Measure(row, contenders, runs);
                foreach ((string name, IContender contender, List<double> seconds) in contenders)
                    Console.WriteLine(Line(name, seconds, contender.PeakMemory, contenders[0].Seconds));
            }
            catch (ContenderException exception)
            {
                Console.WriteLine($"    FAILED: {exception.Message}");
            }
            finally
            {
                foreach ((_, IContender contender, _) in contenders)
                    contender.Dispose();
            }
        }
    }

    private static void Measure(Row row, List<(string Name, IContender Contender, List<double> Seconds)> contenders, int runs)
    {
        if (!row.Once)
        {
            // Whatever is made when first used is made now, machine code included, which .NET makes twice.
            double once = contenders.Sum(c => WarmUp(c.Contender, row.Task));
            runs = Math.Clamp((int)(Budget / once), runs, 5 * runs);
        }

        for (int i = 0; i < (row.Once ? 1 : runs); i++)
        {
            foreach ((_, IContender contender, List<double> seconds) in contenders)
            {
                // Idle threads of the one before may keep a core busy for some time, waiting for more work.
                Thread.Sleep(contenders.Count > 1 ? Pause : 0);
                seconds.Add(contender.Ask(row.Task));
            }
        }
    }

    /// <summary>Seconds of the last run.</summary>
    private static double WarmUp(IContender contender, string task)
    {
        double total = 0, last;
        do
        {
            last = contender.Ask(task);
            total += last;
        }
        while (total < WarmUpSeconds);
        return last;
    }

    private static string Line(string name, List<double> seconds, long memory, List<double> ours)
    {
        string ratio = ReferenceEquals(seconds, ours) ? $"          {seconds.Count}" : $"{Median(ours.Zip(seconds, (a, b) => b / a)),8:F2}";
        return FormattableString.Invariant($"    {name,-28} {seconds.Min(),12:F4} {Median(seconds),9:F4} {seconds.Max(),9:F4} {memory / 1e6,10:F0}    {ratio}");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
