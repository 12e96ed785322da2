using MathNet.Numerics;

namespace Topaz.Images;

/// <summary>How <see cref="GaussianMixture"/> is fitted; the defaults are the published ones.</summary>
public sealed record MixtureOptions
{
    /// <summary>α ≥ 1 of the prior Beta(α, β) on the share of ice: the larger, the surer that most of a micrograph is ice.</summary>
    public double Alpha { get; init; } = 900;

    /// <summary>β ≥ 1 of that prior: the larger, the surer that there is something else.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Steps of expectation-maximisation at most.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>Log density of the prior at a share π.</summary>
    internal double LogPrior(double pi) =>
        (Alpha - 1) * Math.Log(pi) + (Beta == 1 ? 0 : (Beta - 1) * Math.Log(1 - pi)) - SpecialFunctions.BetaLn(Alpha, Beta);
}
