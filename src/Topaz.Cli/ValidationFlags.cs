using System.CommandLine;
using Topaz.Cli.Terminal;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>The flags that say what to validate on after each epoch: micrographs of their own, or a fold of the training micrographs.</summary>
internal sealed class ValidationFlags
{
    private readonly Option<string?> _testImages, _testTargets;
    private readonly Option<int> _folds, _fold;
    private readonly Option<ulong> _foldSeed;

    public ValidationFlags(Verb verb)
    {
        _testImages = verb.Flag<string?>(["--test-images"], "micrographs to validate on after each epoch", "PATH");
        _testTargets = verb.Flag<string?>(["--test-targets"], "their labels", "FILE");
        _folds = verb.Flag(["-k", "--k-fold"], 0, "cross-validation: deal the labelled training micrographs into this many folds and validate on one of them; 0 for none", "N");
        _fold = verb.Flag(["--fold"], 0, "the fold to validate on, from 0", "N");
        _foldSeed = verb.Flag(["--cross-validation-seed"], 42UL, "the same seed deals the same folds", "N");
    }

    /// <summary>The files and folders that are named, null for those that are not.</summary>
    public IEnumerable<string?> Paths(ParseResult parse) => [parse.GetValue(_testImages), parse.GetValue(_testTargets)];

    /// <summary>Makes sure that the flags make sense.</summary>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_testImages) is null != parse.GetValue(_testTargets) is null)
            throw new UsageException("--test-images and --test-targets go together.");
        if (parse.GetValue(_folds) is not (0 or >= 2))
            throw new UsageException("--k-fold must be 2 or more, or 0 for no cross-validation.");
        if (parse.GetValue(_folds) > 0 && parse.GetValue(_testImages) is not null)
            throw new UsageException("--k-fold takes the micrographs to validate on from --train-images; leave out --test-images.");
        if (parse.GetValue(_fold) is int fold && fold != 0 && (fold < 0 || fold >= parse.GetValue(_folds)))
            throw new UsageException("--fold must be one of the --k-fold folds, counted from 0.");
    }

    /// <summary>What to train on and what to validate on.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="source">What is given for training.</param>
    /// <param name="read">Reads a list of micrographs and their labels.</param>
    /// <param name="console">Where to warn.</param>
    /// <exception cref="TopazException">There is nothing to train on.</exception>
    public TrainingSources Divide(ParseResult parse, LabelledSource source, Func<string, string, LabelledSource> read, VerbConsole console)
    {
        if (parse.GetValue(_folds) is int folds and > 0)
        {
            if (ImageList.CheckLabels(source.Images, source.Labels, source.Targets) is { } warning)
                console.Warn(warning);
            // What is validated on must have labels; micrographs without any are trained on in every fold.
            ImageEntry[] labelled = [.. source.Images.Where(image => source.Labels[image.Name].Count > 0)];
            TrainTestSplit split = TrainTestSplit.ByFold(labelled, source.Labels, folds, parse.GetValue(_fold), parse.GetValue(_foldSeed));
            return new TrainingSources(
                new LabelledSource([.. split.TrainImages, .. source.Images.Except(labelled)], split.TrainParticles, source.Targets),
                new LabelledSource(split.TestImages, split.TestParticles, source.Targets));
        }

        return new TrainingSources(source, parse.GetValue(_testImages) is { } images ? read(images, parse.GetValue(_testTargets)!) : null);
    }
}
