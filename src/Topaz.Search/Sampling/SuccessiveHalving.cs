namespace Topaz.Search;

/// <summary>
/// Rungs of epochs at which trials are compared, so that poor ones end early: the asynchronous form of successive halving (Li et al.,
/// "A system for massively parallel hyperparameter tuning", MLSys 2020). A trial that finished a rung goes on to the next once it is among
/// the best third of those that did and no more than a third have gone on, so that no one waits for anyone.
/// </summary>
internal sealed class SuccessiveHalving
{
    private const int Factor = 3;

    private readonly int[] _rungs;

    /// <summary>Rungs up to a number of epochs: for 9 they are 1, 3 and 9.</summary>
    /// <param name="epochs">Epochs of a whole training.</param>
    /// <param name="rungs">At most how many rungs; 1 for no halving.</param>
    public SuccessiveHalving(int epochs, int rungs = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rungs, 1);
        var found = new List<int>();
        for (int rung = epochs; rung >= 1 && found.Count < rungs; rung /= Factor)
            found.Insert(0, rung);
        _rungs = [.. found];
    }

    /// <summary>Epochs at which trials are compared, ascending.</summary>
    public IReadOnlyList<int> Rungs => _rungs;

    /// <summary>The next rung of a trial; null at the top.</summary>
    public int? After(int epochs) => _rungs.Where(rung => rung > epochs).Select(rung => (int?)rung).FirstOrDefault();

    /// <summary>The trial that should go on.</summary>
    /// <param name="reached">Each trial that finished a rung and neither works nor failed since: its number, the rung, and its value there, of all rungs.</param>
    /// <param name="isLast">Whether no new trial will come. Then the best of the highest rung goes on to the top in any case.</param>
    /// <returns>Its number and where it stands; null if none should.</returns>
    public (int Trial, int Epochs)? Promotable(IReadOnlyList<RungResult> reached, bool isLast)
    {
        ArgumentNullException.ThrowIfNull(reached);
        // The first trial has the defaults and is trained to the end at once, out of competition: whenever the search ends, it has found nothing worse.
        if (reached.Where(result => result.Trial == 0).MaxBy(result => result.Epochs) is { IsWaiting: true } first && first.Epochs < _rungs[^1])
            return (0, first.Epochs);
        reached = [.. reached.Where(result => result.Trial != 0)];

        // Higher rungs first: a trial close to the top tells more than another at the bottom.
        foreach (int rung in _rungs.Reverse().Skip(1))
        {
            RungResult[] ranked = [.. reached.Where(result => result.Epochs == rung).OrderByDescending(result => result.Value).ThenBy(result => result.Trial)];
            // A sampler that learns makes every new trial one of the best: without a limit nearly all would go on. The last word has the best of all.
            int slots = ranked.Length / Factor - ranked.Count(result => IsPromoted(result, reached));
            int eligible = slots > 0 ? ranked.Length / Factor : isLast && ranked.Length >= Factor ? 1 : 0;
            foreach (RungResult result in ranked.Take(eligible))
            {
                if (result.IsWaiting && !IsPromoted(result, reached))
                    return (result.Trial, rung);
            }
        }

        return isLast ? Finalist(reached) : null;
    }

    /// <summary>Whether a trial went on from a rung, to its end or not.</summary>
    private static bool IsPromoted(RungResult result, IReadOnlyList<RungResult> reached) =>
        !result.IsWaiting || reached.Any(other => other.Trial == result.Trial && other.Epochs > result.Epochs);

    private (int Trial, int Epochs)? Finalist(IReadOnlyList<RungResult> reached)
    {
        reached = [.. reached.Where(result => !result.HasFailed)];
        if (reached.Count == 0)
            return null;
        int highest = reached.Max(result => result.Epochs);
        // Whoever works now may be the one that reaches the top.
        if (highest == _rungs[^1] || reached.Any(result => !result.IsWaiting))
            return null;
        RungResult? best = reached.Where(result => result.Epochs == highest && result.IsWaiting)
            .OrderByDescending(result => result.Value).ThenBy(result => result.Trial).FirstOrDefault();
        return best is null ? null : (best.Trial, highest);
    }
}

/// <summary>What a trial reached at a rung.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Epochs">The rung.</param>
/// <param name="Value">What it reached; more is better.</param>
/// <param name="IsWaiting">Whether the trial could go on now.</param>
/// <param name="HasFailed">Whether the trial failed at a later rung.</param>
internal sealed record RungResult(int Trial, int Epochs, double Value, bool IsWaiting, bool HasFailed = false);
