namespace Topaz.Training;

/// <summary>The objectives by kind.</summary>
public enum ObjectiveKind
{
    /// <summary><see cref="GeBinomialObjective"/>.</summary>
    GeBinomial,

    /// <summary><see cref="GeKlObjective"/>.</summary>
    GeKl,

    /// <summary><see cref="PositiveNegativeObjective"/>.</summary>
    PN,

    /// <summary><see cref="NonNegativeObjective"/>.</summary>
    PU,
}

/// <summary>An objective that fits the data.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Kind">Its kind, which may differ from what was asked for.</param>
/// <param name="Pi">π, the expected fraction of positive pixels; null for PN without any.</param>
/// <param name="Note">One line for the user if it is not what was asked for.</param>
public sealed record ObjectiveChoice(IObjective Objective, ObjectiveKind Kind, double? Pi, string? Note = null)
{
    /// <summary>The objective's name, as on the command line.</summary>
    public string Name => ObjectiveFactory.NameOf(Kind);
}

/// <summary>Makes objectives.</summary>
public static class ObjectiveFactory
{
    /// <summary>A kind's name, as on the command line.</summary>
    public static string NameOf(ObjectiveKind kind) => kind switch
    {
        ObjectiveKind.GeBinomial => "GE-binomial",
        ObjectiveKind.GeKl => "GE-KL",
        ObjectiveKind.PN => "PN",
        ObjectiveKind.PU => "PU",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind of a name that <see cref="NameOf"/> gives; null for any other.</summary>
    public static ObjectiveKind? KindOf(string name)
    {
        foreach (ObjectiveKind kind in Enum.GetValues<ObjectiveKind>())
        {
            if (NameOf(kind) == name)
                return kind;
        }

        return null;
    }

    /// <summary>The usual λ of a kind; PN and PU have none, and 1 stands for it.</summary>
    public static double UsualSlack(ObjectiveKind kind) => kind == ObjectiveKind.GeKl ? 10 : 1;

    /// <summary>
    /// Makes an objective from π and the fraction of pixels that are labelled. The GE objectives expect π' = π − observed
    /// among the unlabelled; where nothing is left to expect, PN with π = observed takes their place, with a note.
    /// </summary>
    /// <param name="kind">Which objective.</param>
    /// <param name="pi">π, the expected fraction of positive pixels; only PN can do without.</param>
    /// <param name="observed">Fraction of the training pixels that lie in labelled discs.</param>
    /// <param name="slack">λ of the GE objectives; null for 1 (GE-binomial) or 10 (GE-KL).</param>
    /// <exception cref="TopazException">π is missing or not between 0 and 1, or λ is negative.</exception>
    public static ObjectiveChoice Create(ObjectiveKind kind, double? pi, double observed, double? slack = null)
    {
        if (pi is not (null or (> 0 and < 1)))
        {
            throw new TopazException(
                $"The expected fraction of positive pixels must lie between 0 and 1; it is {Text(pi.Value)}. "
                + "Give a smaller number of particles or radius.");
        }

        if (pi is null && kind != ObjectiveKind.PN)
        {
            throw new TopazException(
                $"{NameOf(kind)} needs the expected number of particles per micrograph or the fraction of positive pixels.");
        }

        if (slack is not (null or (>= 0 and < double.PositiveInfinity)))
            throw new TopazException($"The slack must be a number that is not negative; it is {Text(slack.Value)}.");

        switch (kind)
        {
            case ObjectiveKind.PN:
                return new ObjectiveChoice(new PositiveNegativeObjective(pi), kind, pi);
            case ObjectiveKind.PU:
                return new ObjectiveChoice(new NonNegativeObjective(pi!.Value), kind, pi);
            default:
                double unlabeled = pi!.Value - observed;
                if (unlabeled <= 0)
                {
                    return new ObjectiveChoice(
                        new PositiveNegativeObjective(observed),
                        ObjectiveKind.PN,
                        observed,
                        $"The labels already cover {Text(observed)} of all pixels, and no more than {Text(pi.Value)} are expected: "
                        + $"{NameOf(kind)} has nothing to look for among the rest, so PN with that fraction is used. "
                        + "If more particles are to be found, expect more of them.");
                }

                return new ObjectiveChoice(
                    kind == ObjectiveKind.GeBinomial
                        ? new GeBinomialObjective(unlabeled, slack ?? UsualSlack(kind))
                        : new GeKlObjective(unlabeled, slack ?? UsualSlack(kind)),
                    kind,
                    pi);
        }
    }

    private static string Text(double value) => value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture);
}
