using System.Diagnostics;
using System.Globalization;
using Topaz.Search;

namespace Topaz.Tests;

/// <summary>Studies whose workers are processes that die at any moment.</summary>
public sealed class KilledStudyTests : IDisposable
{
    private const int Trials = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AStudyKilledTwentyTimesLosesNothingAndEndsWithTheSameBest()
    {
        using Study whole = Study.CreateOrContinue(_folder["whole.db"], Toy.Definition);
        SearchLoop.Run(whole, (job, _) => Toy.Evaluate(job), new SearchLimits(Trials));

        var random = new RandomStream((ulong)Stopwatch.GetTimestamp());
        int kills = 0;
        while (kills < 20)
        {
            using Process worker = Start("killed.db", millisecondsPerEpoch: 20, "log");
            // Starting takes about 150 ms; a kill may come before, between and within jobs.
            if (!worker.WaitForExit(100 + random.NextInt32(600)))
            {
                worker.Kill();
                worker.WaitForExit();
                kills++;
                AssertNothingLost();
            }
        }

        using (Process worker = Start("killed.db", millisecondsPerEpoch: 1, "log"))
        {
            Assert.True(worker.WaitForExit(60_000));
            Assert.Equal(0, worker.ExitCode);
        }

        using Study killed = Study.Open(_folder["killed.db"]);
        StudyTests.AssertSame(whole, killed);
    }

    [Fact]
    public void ThreeProcessesNeverDoTheSameJob()
    {
        Process[] workers = [.. Enumerable.Range(0, 3).Select(i => Start("shared.db", millisecondsPerEpoch: 10, FormattableString.Invariant($"log{i}")))];
        foreach (Process worker in workers)
        {
            Assert.True(worker.WaitForExit(100_000));
            Assert.Equal(0, worker.ExitCode);
            worker.Dispose();
        }

        string[][] logs = [.. Enumerable.Range(0, 3).Select(i => File.Exists(_folder[$"log{i}"]) ? File.ReadAllLines(_folder[$"log{i}"]) : [])];
        string[] begun = [.. logs.SelectMany(log => log).Where(line => line.StartsWith("begin", StringComparison.Ordinal))];
        Assert.Equal(begun.Length, begun.Distinct().Count());
        Assert.All(logs, Assert.NotEmpty);
        using Study study = Study.Open(_folder["shared.db"]);
        Assert.Equal(Trials, study.Trials.Count);
        Assert.Equal(begun.Length, study.Results.Count);
        Assert.DoesNotContain(study.Trials, trial => trial.State == TrialState.Running);
        Assert.Equal(9, study.Best!.Epochs);
    }

    private void AssertNothingLost()
    {
        if (!File.Exists(_folder["log"]))
            return;
        using Study study = Study.Open(_folder["killed.db"]);
        // A line may be cut off in the middle of being written.
        foreach (string line in File.ReadAllText(_folder["log"]).Split('\n')[..^1])
        {
            if (line.Split(' ') is ["stored", var trial, var epochs])
                Assert.True(study.Trials[int.Parse(trial, CultureInfo.InvariantCulture)].Epochs >= int.Parse(epochs, CultureInfo.InvariantCulture), line);
        }
    }

    private Process Start(string study, int millisecondsPerEpoch, string log)
    {
        string worker = Path.Combine(AppContext.BaseDirectory, "Topaz.Search.Worker.dll");
        return Process.Start(new ProcessStartInfo(
            "dotnet", [worker, _folder[study], Trials.ToString(CultureInfo.InvariantCulture), millisecondsPerEpoch.ToString(CultureInfo.InvariantCulture), _folder[log]]))!;
    }
}
