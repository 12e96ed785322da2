using System.Diagnostics;

namespace Topaz.Search;

/// <summary>
/// A search that is kept in an SQLite file: which trials there are and what they reached. Several processes may work on it at the same time, and each of
/// them may be killed at any time: what is finished stays, what is not is done again by another.
/// </summary>
/// <remarks>With one worker at a time the sequence of jobs follows from what is stored, so a study that was killed and continued ends like one that was not.</remarks>
public sealed class Study : IDisposable
{
    /// <summary>A trial fails once so many workers died on their way to one rung: it is likely what kills them.</summary>
    internal const int MostDeaths = 5;

    private const string NoWorker = "given back";

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    private readonly StudyFile _file;
    private readonly ISampler _sampler;
    private readonly SuccessiveHalving _halving;
    private readonly string _worker = WorkerIdentity.Create();
    private readonly Lock _lock = new();
    private readonly Timer _timer;

    // When the last heartbeat of each worker of another machine was first seen here: clocks of two machines may differ.
    private readonly Dictionary<string, (string Heartbeat, long Seen)> _heartbeats = [];

    private Study(StudyFile file, string path, StudyDefinition definition)
    {
        (_file, Path, Definition) = (file, path, definition);
        _sampler = ISampler.Create(definition.Sampler);
        _halving = new SuccessiveHalving(definition.Epochs, definition.Rungs);
        Id = file.Query("SELECT value FROM study WHERE key = 'topaz.id'", row => row.GetString(0)).FirstOrDefault()
            ?? throw StudyDefinition.Incomplete(path, new KeyNotFoundException("topaz.id"));
        _timer = new Timer(_ => Beat());
    }

    /// <summary>How long a worker of another machine may be silent before it is taken for dead.</summary>
    internal TimeSpan Death { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What can be chosen.</summary>
    public SearchSpace Space => Definition.Space;

    /// <summary>What is searched, and how.</summary>
    internal StudyDefinition Definition { get; }

    /// <summary>A name that no other study has, also none that had this file's name before.</summary>
    public string Id { get; }

    /// <summary>Epochs at which trials are compared, ascending.</summary>
    public IReadOnlyList<int> Rungs => _halving.Rungs;

    /// <summary>All trials, by number.</summary>
    public IReadOnlyList<Trial> Trials
    {
        get
        {
            lock (_lock)
                return ReadTrials();
        }
    }

    /// <summary>What trials reached at all rungs, in the order of trials and rungs.</summary>
    public IReadOnlyList<Observation> Results
    {
        get
        {
            lock (_lock)
                return ReadResults();
        }
    }

    /// <summary>The best of the trials that got farthest; null before the first result.</summary>
    public Trial? Best => Trials.Where(trial => trial is { Value: not null, State: not TrialState.Failed })
        .OrderByDescending(trial => trial.Epochs).ThenByDescending(trial => trial.Value).ThenBy(trial => trial.Number).FirstOrDefault();

    /// <summary>What a trial's evaluation found to be worth keeping at its highest rung.</summary>
    internal string DetailsOf(Trial trial)
    {
        lock (_lock)
        {
            return _file.Query(
                "SELECT details FROM result WHERE trial = $0 ORDER BY epochs DESC LIMIT 1", row => row.GetString(0), trial.Number).FirstOrDefault() ?? "";
        }
    }

    /// <summary>Creates a study, or continues it if it is there.</summary>
    /// <param name="path">The study's file.</param>
    /// <param name="definition">What to search; it must be what the study was created with.</param>
    /// <exception cref="TopazException">The file is no study, is one of something else, or cannot be written to.</exception>
    internal static Study CreateOrContinue(string path, StudyDefinition definition)
    {
        StudyFile file = StudyFile.Open(path, create: true);
        try
        {
            file.Write(() =>
            {
                Dictionary<string, string> there = ReadSettings(file), here = definition.ToSettings();
                if (there.Count == 0)
                {
                    foreach ((string key, string value) in here)
                        file.Execute("INSERT INTO study VALUES ($0, $1)", key, value);
                }
                else if (StudyDefinition.Difference(there, here) is { } difference)
                {
                    throw new TopazException($"{path}: the study to continue was made with other settings: {difference}; use the same, or another file.");
                }
            });
            return new Study(file, path, definition);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a study that is there.</summary>
    /// <exception cref="TopazException">It is not there, or is no study.</exception>
    public static Study Open(string path)
    {
        StudyFile file = StudyFile.Open(path, create: false);
        try
        {
            return file.IsEmpty ? throw new TopazException($"{path}: is empty, not a study; give another name.") : new Study(file, path, StudyDefinition.FromSettings(ReadSettings(file), path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The notes of the definition of a study that may not be there yet; then there are none.</summary>
    /// <exception cref="TopazException">The file is no study.</exception>
    internal static IReadOnlyDictionary<string, string> NotesOf(string path)
    {
        if (!File.Exists(path))
            return new Dictionary<string, string>();
        using StudyFile file = StudyFile.Open(path, create: false);
        return file.IsEmpty ? new Dictionary<string, string>() : StudyDefinition.NotesOf(ReadSettings(file));
    }

    /// <summary>
    /// Takes the next job: one whose worker died, else a trial that is good enough to go on, else a new trial. It is this worker's until it is
    /// finished, failed or given back.
    /// </summary>
    /// <param name="trials">How many trials there shall be.</param>
    /// <param name="isBusy">Whether others still work, so that there may be a job later where there is none now.</param>
    /// <returns>The job; null if there is none.</returns>
    internal Job? Claim(int trials, out bool isBusy)
    {
        _timer.Change(s_heartbeat, s_heartbeat);
        lock (_lock)
        {
            bool busy = false;
            Job? job = _file.Write(() =>
            {
                List<(int Trial, int Target, string Worker, string Heartbeat)> running = _file.Query(
                    "SELECT number, target, worker, heartbeat FROM trial WHERE state = 'running' ORDER BY number",
                    row => (row.GetInt32(0), Rung(row.GetInt32(1)), row.GetString(2), row.GetString(3)));
                foreach ((int trial, int target, string worker, string heartbeat) in running)
                {
                    if (!IsGone(worker, heartbeat))
                        busy = true;
                    else if (!KilledTooMany(trial, worker == NoWorker ? 0 : 1))
                        return Take(ReadTrials()[trial], target);
                }

                List<Trial> known = ReadTrials();
                List<RungResult> reached = Reached(known);
                if (_halving.Promotable(reached, isLast: known.Count >= trials && !busy) is var (number, epochs))
                    return Take(known[number], _halving.After(epochs)!.Value);
                return known.Count < trials ? Take(Add(known.Count), _halving.Rungs[0]) : null;
            });
            isBusy = busy;
            return job;
        }
    }

    /// <summary>Stores what a job found.</summary>
    /// <returns>False if another worker has taken the job over; then nothing is stored.</returns>
    internal bool Finish(Job job, TrialResult result, TimeSpan time)
    {
        if (!double.IsFinite(result.Value))
            throw new ArgumentException("A result must be a number.", nameof(result));
        string state = job.ToEpochs == Rungs[^1] ? "finished" : "waiting", now = StudyFile.Text(DateTime.UtcNow);
        lock (_lock)
        {
            return _file.Write(() =>
            {
                if (!Release(job, "state = $3, epochs = $2, value = $4, seconds = seconds + $5", job.ToEpochs, state, result.Value, time.TotalSeconds))
                    return false;
                _file.Execute(
                    "INSERT INTO result VALUES ($0, $1, $2, $3, $4, $5)", job.Trial, job.ToEpochs, result.Value, time.TotalSeconds, result.Details, now);
                return true;
            });
        }
    }

    /// <summary>Stores that a job cannot be done.</summary>
    /// <returns>False if another worker has taken the job over.</returns>
    internal bool Fail(Job job, string error)
    {
        lock (_lock)
            return _file.Write(() => Release(job, "state = 'failed', error = $2", error));
    }

    /// <summary>Gives a job back undone, so that another worker can take it at once.</summary>
    /// <param name="job">The job.</param>
    /// <param name="hasDied">Whether the job may be why it could not be done.</param>
    internal void GiveBack(Job job, bool hasDied = false)
    {
        lock (_lock)
            _file.Write(() => _file.Execute(
                "UPDATE trial SET worker = $2, deaths = deaths + $3 WHERE number = $0 AND worker = $1", job.Trial, _worker, NoWorker, hasDied ? 1 : 0));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
            _file.Dispose();
    }

    private static Dictionary<string, string> ReadSettings(StudyFile file) => file
        .Query("SELECT key, value FROM study WHERE key NOT LIKE 'topaz.%'", row => KeyValuePair.Create(row.GetString(0), row.GetString(1)))
        .ToDictionary();

    private List<Trial> ReadTrials() => _file.Query(
        "SELECT number, iif(worker = $0, 'interrupted', state), parameters, epochs, value, seconds, error FROM trial ORDER BY number",
        row => new Trial(
            row.GetInt32(0), Enum.Parse<TrialState>(row.GetString(1), ignoreCase: true), TrialParameters.FromJson(row.GetString(2)), row.GetInt32(3),
            row.IsDBNull(4) ? null : row.GetDouble(4), row.GetDouble(5), row.IsDBNull(6) ? null : row.GetString(6)),
        NoWorker);

    private List<Observation> ReadResults() => _file.Query(
        "SELECT trial, parameters, result.epochs, result.value FROM result JOIN trial ON trial = number ORDER BY trial, result.epochs",
        row => new Observation(row.GetInt32(0), TrialParameters.FromJson(row.GetString(1)), row.GetInt32(2), row.GetDouble(3)));

    private List<RungResult> Reached(List<Trial> trials) => _file.Query(
        "SELECT trial, epochs, value FROM result ORDER BY trial, epochs",
        row => new RungResult(
            row.GetInt32(0), row.GetInt32(1), row.GetDouble(2), trials[row.GetInt32(0)].State == TrialState.Waiting, trials[row.GetInt32(0)].State == TrialState.Failed));

    private Trial Add(int number)
    {
        TrialParameters parameters = _sampler.Draw(Definition.Space, ReadResults(), number, Definition.Seed);
        string now = StudyFile.Text(DateTime.UtcNow);
        _file.Execute(
            "INSERT INTO trial (number, state, parameters, epochs, seconds, deaths, created, updated) VALUES ($0, 'waiting', $1, 0, 0, 0, $2, $2)",
            number, parameters.ToJson(), now);
        return new Trial(number, TrialState.Waiting, parameters, 0, null, 0, null);
    }

    private Job Take(Trial trial, int target)
    {
        _file.Execute(
            "UPDATE trial SET state = 'running', worker = $1, target = $2, heartbeat = $3, updated = $3 WHERE number = $0",
            trial.Number, _worker, target, StudyFile.Text(DateTime.UtcNow));
        return new Job(trial.Number, trial.Parameters, trial.Epochs, target);
    }

    private int Rung(int epochs) => Rungs.Contains(epochs) ? epochs : throw new FormatException($"a trial is brought to {epochs} epochs");

    /// <summary>Whether a worker is dead, or has given its trial back.</summary>
    private bool IsGone(string worker, string heartbeat)
    {
        if (worker == NoWorker)
            return true;
        // Of this machine's processes it is known whether they live, and one that was only suspended wakes up.
        if (WorkerIdentity.IsGone(worker) is { } known)
            return known;
        long now = Stopwatch.GetTimestamp();
        if (!_heartbeats.TryGetValue(worker, out (string Heartbeat, long Seen) last) || last.Heartbeat != heartbeat)
            _heartbeats[worker] = last = (heartbeat, now);
        return Stopwatch.GetElapsedTime(last.Seen, now) > Death;
    }

    /// <summary>Counts workers that died on a trial, and fails the trial after too many.</summary>
    private bool KilledTooMany(int trial, int deaths)
    {
        _file.Execute("UPDATE trial SET deaths = deaths + $1 WHERE number = $0", trial, deaths);
        string error = $"{MostDeaths} processes died on the way to the next rung; out of memory?";
        return _file.Execute(
            "UPDATE trial SET state = 'failed', error = $1, worker = NULL, target = NULL, heartbeat = NULL WHERE number = $0 AND deaths >= $2", trial, error, MostDeaths) == 1;
    }

    /// <summary>Ends this worker's work on a trial; false if it is no longer this worker's.</summary>
    private bool Release(Job job, string change, params object?[] values) => _file.Execute(
        $"UPDATE trial SET {change}, worker = NULL, target = NULL, heartbeat = NULL, deaths = 0, updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE number = $0 AND worker = $1",
        [job.Trial, _worker, .. values]) == 1;

    private void Beat()
    {
        lock (_lock)
        {
            try
            {
                _file.Execute("UPDATE trial SET heartbeat = $1 WHERE worker = $0", _worker, StudyFile.Text(DateTime.UtcNow));
            }
            catch (Exception failure) when (failure is Microsoft.Data.Sqlite.SqliteException or ObjectDisposedException or InvalidOperationException)
            {
                // The next one may come through; if none does, another worker takes over, and Finish tells.
            }
        }
    }
}
