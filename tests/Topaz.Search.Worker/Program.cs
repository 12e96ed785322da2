using System.Globalization;
using Topaz.Search;
using Topaz.Tests;

// Works on a study: STUDY TRIALS MILLISECONDS-PER-EPOCH LOG. It writes a line to the log when a job begins and when its result is stored.
using Study study = Study.CreateOrContinue(args[0], Toy.Definition);
int pause = int.Parse(args[2], CultureInfo.InvariantCulture);
string log = args[3];
SearchLoop.Run(
    study,
    (job, _) =>
    {
        File.AppendAllText(log, $"begin {job.Trial} {job.ToEpochs}\n");
        Thread.Sleep(pause * (job.ToEpochs - job.FromEpochs));
        return Toy.Evaluate(job);
    },
    new SearchLimits(int.Parse(args[1], CultureInfo.InvariantCulture)),
    new Log(log));

/// <summary>Tells of stored results.</summary>
internal sealed class Log(string path) : IProgress<SearchEvent>
{
    public void Report(SearchEvent value) => File.AppendAllText(path, $"stored {value.Job.Trial} {value.Job.ToEpochs}\n");
}
