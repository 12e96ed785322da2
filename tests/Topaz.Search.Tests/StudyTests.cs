using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Topaz.Compute;
using Topaz.Search;

namespace Topaz.Tests;

public sealed class StudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASearchFindsAGoodTrialAndEndsPoorOnesEarly()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Assert.True(SearchLoop.Run(study, (job, _) => Toy.Evaluate(job), new SearchLimits(30)));
        Assert.Equal(30, study.Trials.Count);
        Assert.Equal(Enumerable.Range(0, 30), study.Trials.Select(trial => trial.Number));
        Assert.Equal(TrialState.Finished, study.Best!.State);
        Assert.InRange(study.Best.Value!.Value, 0.85, 0.97);
        Assert.Equal("after 9", study.DetailsOf(study.Best));
        Assert.InRange(study.Trials.Count(trial => trial.Epochs == 1), 15, 22);
        Assert.InRange(study.Trials.Count(trial => trial.Epochs == 9), 1, 6);
        // Done is done.
        Assert.True(SearchLoop.Run(study, (_, _) => throw new InvalidOperationException(), new SearchLimits(30)));
    }

    [Fact]
    public void AContinuedStudyEndsLikeOneInOneGo()
    {
        using Study whole = Study.CreateOrContinue(_folder["whole.db"], Toy.Definition);
        SearchLoop.Run(whole, (job, _) => Toy.Evaluate(job), new SearchLimits(20));
        for (int stop = 1; ; stop++)
        {
            using Study part = Study.CreateOrContinue(_folder["parts.db"], Toy.Definition);
            using var cancel = new CancellationTokenSource();
            int jobs = 0;
            bool done = SearchLoop.Run(part, Evaluate, new SearchLimits(20), progress: null, cancel.Token);
            if (done)
            {
                AssertSame(whole, part);
                break;
            }

            TrialResult Evaluate(Job job, CancellationToken token)
            {
                if (++jobs > 3)
                    cancel.Cancel();
                token.ThrowIfCancellationRequested();
                return Toy.Evaluate(job);
            }
        }
    }

    [Fact]
    public void TimeEndsASearchAndLosesNothing()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        bool done = SearchLoop.Run(
            study,
            (job, token) =>
            {
                token.WaitHandle.WaitOne(50);
                token.ThrowIfCancellationRequested();
                return Toy.Evaluate(job);
            },
            new SearchLimits(10_000, TimeSpan.FromSeconds(1)));
        Assert.False(done);
        Assert.InRange(study.Results.Count, 3, 20);
        Job? next = study.Claim(10_000, out _);
        // What was given back is taken up first.
        Assert.Equal(study.Trials.First(trial => trial.State == TrialState.Running).Number, next!.Trial);
    }

    [Fact]
    public void AFailedTrialIsNoEndOfTheStudy()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Assert.True(SearchLoop.Run(
            study,
            (job, _) => job.Trial switch
            {
                2 => throw new TopazException("Training diverged."),
                4 => new TrialResult(double.NaN),
                _ => Toy.Evaluate(job),
            },
            new SearchLimits(8)));
        Assert.Equal([2, 4], study.Trials.Where(trial => trial.State == TrialState.Failed).Select(trial => trial.Number));
        Assert.Equal("Training diverged.", study.Trials[2].Error);
        Assert.Equal(9, study.Best!.Epochs);
    }

    [Fact]
    public void WhatIsNotTheTrialsFaultIsTriedAgain()
    {
        using (Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition))
        {
            Assert.Throws<TimeoutException>(() => SearchLoop.Run(study, (_, _) => throw new TimeoutException(), new SearchLimits(3)));
            Assert.Throws<OperationCanceledException>(() => SearchLoop.Run(study, (_, _) => throw new OperationCanceledException(), new SearchLimits(3)));
        }

        using Study again = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Assert.True(SearchLoop.Run(again, (job, _) => Toy.Evaluate(job), new SearchLimits(3)));
        Assert.DoesNotContain(again.Trials, trial => trial.State == TrialState.Failed);
    }

    [Fact]
    public void RowsThatMakeNoSenseAreTold()
    {
        Study.CreateOrContinue(_folder["s.db"], Toy.Definition).Dispose();
        foreach (string change in (string[])
        [
            "INSERT INTO trial (number, state, parameters, epochs, seconds, deaths, created, updated) VALUES (0, 'asleep', '{}', 0, 0, 0, '', '')",
            "UPDATE trial SET state = 'running', target = 'far', worker = 'given back', heartbeat = 'never'",
            "UPDATE trial SET state = 'waiting', parameters = 'none'",
            "UPDATE study SET value = 'nine' WHERE key = 'epochs'",
        ])
        {
            Execute("s.db", change);
            TopazException failure = Assert.Throws<TopazException>(() =>
            {
                using Study study = Study.Open(_folder["s.db"]);
                study.Claim(5, out _);
            });
            Assert.DoesNotContain('\n', failure.Message);
        }
    }

    [Fact]
    public void AJobThatWasTakenOverIsNoLongerMine()
    {
        using Study mine = Study.CreateOrContinue(_folder["s.db"], Toy.Definition), other = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Job job = mine.Claim(5, out _)!;
        Assert.NotEqual(job.Trial, other.Claim(5, out _)!.Trial);
        mine.GiveBack(job);
        Assert.Equal(job.Trial, other.Claim(5, out _)!.Trial);
        Assert.False(mine.Finish(job, Toy.Evaluate(job), TimeSpan.Zero));
        Assert.False(mine.Fail(job, "no"));
        Assert.Empty(mine.Results);
    }

    [Fact]
    public void AWorkerOfAnotherMachineIsDeadOnceItIsSilent()
    {
        using Study mine = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Job job = mine.Claim(1, out _)!;
        // Its clock is years behind.
        Execute("s.db", "UPDATE trial SET worker = 'elsewhere/1/2/3', heartbeat = '2001-01-01T00:00:00.000Z'");
        Assert.Null(mine.Claim(1, out bool isBusy));
        Assert.True(isBusy);
        mine.Death = TimeSpan.Zero;
        Execute("s.db", "UPDATE trial SET heartbeat = '2001-01-01T00:00:05.000Z'");
        Thread.Sleep(20);
        Assert.Null(mine.Claim(1, out _));
        Thread.Sleep(20);
        Assert.Equal(job.Trial, mine.Claim(1, out _)!.Trial);
    }

    [Fact]
    public void ATrialThatKillsItsWorkersFails()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        for (int death = 0; death < Study.MostDeaths; death++)
        {
            Assert.Equal(0, study.Claim(5, out _)!.Trial);
            // There is no such process.
            Execute("s.db", $"UPDATE trial SET worker = '{WorkerIdentity.Create().Replace($"/{Environment.ProcessId}/", "/x/", StringComparison.Ordinal)}'");
        }

        Assert.Equal(1, study.Claim(5, out _)!.Trial);
        Assert.Equal(TrialState.Failed, study.Trials[0].State);
        Assert.Contains("processes died", study.Trials[0].Error);
    }

    [Fact]
    public void AFullDiskIsNotTheTrialsFault()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        for (int time = 0; time < 2 * Study.MostDeaths; time++)
            Assert.Throws<TopazException>(() => SearchLoop.Run(study, (_, _) => throw new TopazException("x.checkpoint: no space.", new IOException()), new SearchLimits(3)));
        Assert.Equal(TrialState.Interrupted, Assert.Single(study.Trials).State);
    }

    [Fact]
    public void WantOfMemoryOrALostDeviceIsTheTrialsFaultInTheEnd()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        for (int time = 0; time < Study.MostDeaths; time++)
        {
            if (time % 2 == 0)
                Assert.Throws<InsufficientMemoryException>(() => SearchLoop.Run(study, (_, _) => throw new InsufficientMemoryException(), new SearchLimits(3)));
            else
                Assert.Throws<ComputeDeviceException>(() => SearchLoop.Run(study, (_, _) => throw new ComputeDeviceException("The GPU is gone."), new SearchLimits(3)));
            Assert.Equal(TrialState.Interrupted, Assert.Single(study.Trials).State);
        }

        Assert.True(SearchLoop.Run(study, (job, _) => Toy.Evaluate(job), new SearchLimits(3)));
        Assert.Equal(TrialState.Failed, study.Trials[0].State);
        Assert.Equal(2, study.Trials.Count(trial => trial.Value is not null));
    }

    [SkippableFact]
    public void AKilledProcessThatNobodyAskedForIsGone()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "other systems have no such processes");
        // The shell's child ends, but what the shell has become never asks for it.
        using Process parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            int child = int.Parse(parent.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
            string[] mine = WorkerIdentity.Create().Split('/');
            string fields = File.ReadAllText($"/proc/{child}/stat");
            string start = fields[(fields.LastIndexOf(')') + 2)..].Split(' ')[19], worker = $"{mine[0]}/{child}/{start}/1";
            Assert.False(WorkerIdentity.IsGone(worker));
            Assert.True(SpinWait.SpinUntil(() => WorkerIdentity.IsGone(worker) == true, TimeSpan.FromSeconds(20)));
            Assert.True(Directory.Exists($"/proc/{child}"));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void AStudyThatWasOnlyCreatedIsTakenForNew()
    {
        File.WriteAllBytes(_folder["s.db"], []);
        Assert.Empty(Study.NotesOf(_folder["none.db"]));
        Assert.Empty(Study.NotesOf(_folder["s.db"]));
        Assert.Contains("is empty", Assert.Throws<TopazException>(() => Study.Open(_folder["s.db"])).Message);
        string id;
        using (Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition))
            id = study.Id;
        // Killed between its tables and its settings.
        Execute("s.db", "DELETE FROM study WHERE key NOT LIKE 'topaz.%'");
        Assert.Empty(Study.NotesOf(_folder["s.db"]));
        using (Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition))
            Assert.Equal(id, study.Id);
        Assert.Equal("none", Study.NotesOf(_folder["s.db"])["data"]);
        File.Delete(_folder["s.db"]);
        using Study another = Study.CreateOrContinue(_folder["s.db"], Toy.Definition);
        Assert.NotEqual(id, another.Id);
    }

    [Fact]
    public void AStudyThatCannotBeWrittenCanBeShown()
    {
        using (Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition))
            SearchLoop.Run(study, (job, _) => Toy.Evaluate(job), new SearchLimits(3));
        File.SetAttributes(_folder["s.db"], FileAttributes.ReadOnly);
        using (Study shown = Study.Open(_folder["s.db"]))
            Assert.Equal(3, shown.Trials.Count);
        File.SetAttributes(_folder["s.db"], FileAttributes.Normal);
    }

    [Fact]
    public void AnotherSearchIsToldApart()
    {
        Study.CreateOrContinue(_folder["s.db"], Toy.Definition).Dispose();
        StudyDefinition[] others =
        [
            Toy.Definition with { Seed = 4 }, Toy.Definition with { Epochs = 10 }, Toy.Definition with { Sampler = SamplerKind.Random },
            Toy.Definition with { Space = Toy.Space.Narrow("x", "0..0.5") }, Toy.Definition with { Notes = new Dictionary<string, string> { ["data"] = "other" } },
        ];
        foreach (StudyDefinition other in others)
            Assert.Contains("other settings", Assert.Throws<TopazException>(() => Study.CreateOrContinue(_folder["s.db"], other)).Message);
        Assert.Contains("x was 0..1 (default 0.9), now 0..0.5 (default 0.5)", Assert.Throws<TopazException>(() => Study.CreateOrContinue(_folder["s.db"], others[3])).Message);
        using Study study = Study.Open(_folder["s.db"]);
        Assert.Equal(Toy.Space.ToJson(), study.Definition.Space.ToJson());
        Assert.Equal("none", study.Definition.Notes["data"]);
    }

    [Fact]
    public void BadFilesAreToldInOneLine()
    {
        _folder.Write("text.db", "This is a text, and long enough to be taken for something else than an empty file, or so one should think.");
        Execute("other.db", "CREATE TABLE cats (name TEXT)");
        Study.CreateOrContinue(_folder["new.db"], Toy.Definition).Dispose();
        Execute("new.db", "UPDATE study SET value = '2' WHERE key = 'topaz.version'");
        foreach ((string file, string message) in new[]
        {
            ("text.db", "is no study"), ("other.db", "not a study"), ("new.db", "version 2"), ("no/s.db", "cannot be written"),
        })
        {
            TopazException failure = Assert.Throws<TopazException>(() => Study.CreateOrContinue(_folder[file], Toy.Definition));
            Assert.Contains(message, failure.Message);
            Assert.Contains(_folder[file], failure.Message);
            Assert.DoesNotContain('\n', failure.Message);
        }

        Assert.Contains("no such study", Assert.Throws<TopazException>(() => Study.Open(_folder["none.db"])).Message);
        Assert.False(File.Exists(_folder["none.db"]));
    }

    [Fact]
    public void WhatMatteredIsFound()
    {
        using Study study = Study.CreateOrContinue(_folder["s.db"], Toy.Definition with { Sampler = SamplerKind.Random });
        SearchLoop.Run(study, (job, _) => new TrialResult(job.Parameters.Text("kind") == "b" ? 1 : 0.01 * job.Parameters.Number("x")), new SearchLimits(30));
        IReadOnlyList<ParameterImportance> importance = ParameterImportance.Of(Toy.Space, study.Results);
        Assert.Equal(("kind", "b"), (importance[0].Name, importance[0].Best));
        Assert.InRange(importance[0].Share, 0.9, 1);
        Assert.InRange(importance[1].Share, 0, 0.3);
        Assert.Empty(ParameterImportance.Of(Toy.Space, [.. study.Results.Take(2)]));
    }

    private void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder[file]};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static void AssertSame(Study expected, Study actual)
    {
        Assert.Equal(expected.Trials.Select(Text), actual.Trials.Select(Text));
        Assert.Equal(expected.Results.Select(result => (result.Epochs, result.Value)), actual.Results.Select(result => (result.Epochs, result.Value)));
        Assert.Equal(expected.Best!.Number, actual.Best!.Number);

        static string Text(Trial trial) => $"{trial.Number} {trial.State} {trial.Parameters.ToJson()} {trial.Epochs} {trial.Value}";
    }
}
