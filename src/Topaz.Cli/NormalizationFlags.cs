using System.CommandLine;
using Topaz.Images;

namespace Topaz.Cli;

/// <summary>The flags that say how grey values are normalised.</summary>
internal sealed class NormalizationFlags
{
    private readonly Option<bool> _affine;
    private readonly Option<int> _sample, _iterations;
    private readonly Option<double> _alpha, _beta;
    private readonly Option<ulong> _seed;

    public NormalizationFlags(Verb verb)
    {
        verb.Group("Normalisation");
        _affine = verb.Flag<bool>(["--affine"], "subtract the mean and divide by the standard deviation of all pixels, instead of finding the ice");
        _sample = verb.Flag(["--sample", "--pixel-sampling"], 10, "find the ice from one pixel in so many", "N");
        _iterations = verb.Flag(["--niters"], 100, "how often to improve the fit at most", "N");
        _alpha = verb.Flag(["--alpha"], 900.0, "how much ice to expect: α of the Beta prior on its share", "ALPHA");
        _beta = verb.Flag(["--beta"], 1.0, "how much else to expect: β of that prior", "BETA");
        _seed = verb.Flag(["--seed"], 0UL, "the same seed draws the same pixels", "N");
    }

    /// <summary>The normalisation that the flags ask for, of a micrograph with so many threads.</summary>
    public Func<Micrograph, int, Micrograph> Read(ParseResult parse)
    {
        if (parse.GetValue(_affine))
            return (micrograph, _) => Normalizer.Affine(micrograph);
        int sample = parse.GetValue(_sample), iterations = parse.GetValue(_iterations);
        double alpha = parse.GetValue(_alpha), beta = parse.GetValue(_beta);
        ulong seed = parse.GetValue(_seed);
        if (sample < 1 || iterations < 1)
            throw new UsageException("--sample and --niters must be at least 1.");
        if (!(alpha >= 1 && beta >= 1))
            throw new UsageException("--alpha and --beta must be at least 1.");
        var options = new MixtureOptions { Alpha = alpha, Beta = beta, MaxIterations = iterations };
        return (micrograph, threads) => Normalizer.Mixture(micrograph, seed, sample, options, threads);
    }
}
