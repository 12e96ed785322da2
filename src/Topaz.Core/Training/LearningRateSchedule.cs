namespace Topaz.Training;

/// <summary>How the learning rate runs over the planned updates.</summary>
public enum LearningRateSchedule
{
    /// <summary>The same for every update.</summary>
    Constant,

    /// <summary>
    /// A linear rise over the first tenth of the planned updates, then half a cosine down to nearly 0 at the last one: it
    /// settles within whatever budget was planned.
    /// </summary>
    OneCycle,
}

/// <summary>Evaluates schedules.</summary>
public static class LearningRate
{
    private const double WarmUp = 0.1;

    /// <summary>The learning rate of one update.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="peak">Its largest value.</param>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="planned">Updates of the whole run.</param>
    public static double At(LearningRateSchedule schedule, double peak, long update, long planned)
    {
        if (schedule == LearningRateSchedule.Constant)
            return peak;
        double rise = Math.Max(1, WarmUp * planned);
        return update < rise
            ? peak * Math.Min(1, (update + 1) / rise)
            // Half a step in, so that the last update is small but not wasted.
            : peak * 0.5 * (1 + Math.Cos(Math.PI * (update - rise + 0.5) / (planned - rise)));
    }
}
