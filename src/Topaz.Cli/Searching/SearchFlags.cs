using System.CommandLine;
using System.Globalization;
using Topaz.Networks;
using Topaz.Search;
using Topaz.Training;

namespace Topaz.Cli.Searching;

/// <summary>The flags that say what to search, and for how long.</summary>
internal sealed class SearchFlags
{
    private readonly Option<int> _trials, _folds, _minibatch;
    private readonly Option<int?> _epochs, _epochSize;
    private readonly Option<double?> _time, _particles;
    private readonly Option<string> _sampler;
    private readonly Option<string?> _space;
    private readonly Option<bool> _full;
    private readonly Option<ulong> _seed;

    public SearchFlags(Verb verb)
    {
        verb.Group("Search");
        _trials = verb.Flag(["--trials"], 16, "end after so many trials, those of earlier calls and other processes included", "N");
        _time = verb.Flag<double?>(["--time"], "end after so many minutes; the last training comes on top", "MINUTES");
        _space = verb.Flag<string?>(
            ["--space"], "choose what is tried: name=value, name=value,value or name=low..high, several in one text, as \"units=16 learning-rate=0.001..0.01\". "
            + "Names: architecture, units, objective, particles (times the expected number), radius (of labels, as fraction of the particle's), learning-rate, slack, autoencoder (weight; 0 where nothing is said), downsampling, augmentation. -m and --units do the same for these", "TEXT");
        _sampler = verb.Flag(["--sampler"], "tpe", "how settings are drawn: tpe (near what was good) or random", "NAME");
        _sampler.AcceptOnlyFromAmong("tpe", "random");
        _full = verb.Flag<bool>(["--full"], "train every trial to its end");
        _folds = verb.Flag(["--folds"], 3, "deal the labelled micrographs into so many folds; each is kept from training once", "N");
        _particles = verb.Flag<double?>(["-n", "--num-particles"], "expected number of particles on a micrograph; by default estimated from the labels", "N");
        _epochs = verb.Flag<int?>(["--num-epochs"], "epochs of a whole training; trials are compared after a ninth, a third and all of them (default 9)", "N");
        _epochSize = verb.Flag<int?>(["--epoch-size"], "updates in an epoch; by default so many that training suits the number of labels and the start", "N");
        _minibatch = verb.Flag(["--minibatch-size"], 256, "crops in an update", "N");
        _seed = verb.Flag(["--seed"], 1UL, "the same seed gives the same study, if one process at a time works on it", "N");
    }

    /// <summary>Makes sure that the flags make sense.</summary>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_trials) < 1)
            throw new UsageException("--trials must be at least 1.");
        if (parse.GetValue(_time) is not (null or (> 0 and < 1e6)))
            throw new UsageException("--time must be positive.");
        if (parse.GetValue(_folds) < 2)
            throw new UsageException("--folds must be at least 2.");
        if (parse.GetValue(_particles) is not (null or (> 0 and < double.PositiveInfinity)))
            throw new UsageException("--num-particles must be positive.");
    }

    /// <summary>When to end.</summary>
    public SearchLimits Limits(ParseResult parse) =>
        new(parse.GetValue(_trials), parse.GetValue(_time) is { } minutes ? TimeSpan.FromMinutes(minutes) : null);

    /// <summary>How training is done, as far as these flags say.</summary>
    public TrainingOptions Training(ParseResult parse, int defaultEpochs, TrainingData data, PickerModel? start)
    {
        int epochs = parse.GetValue(_epochs) ?? defaultEpochs;
        return new TrainingOptions
        {
            AutoencoderWeight = 0,
            MinibatchSize = parse.GetValue(_minibatch),
            Epochs = epochs,
            UpdatesPerEpoch = parse.GetValue(_epochSize) ?? TrainingBudget.UpdatesPerEpoch(data, Math.Max(1, epochs), start),
            Seed = parse.GetValue(_seed),
        };
    }

    /// <summary>What to search, and how.</summary>
    /// <exception cref="UsageException">The space makes no sense.</exception>
    public PickingSearchOptions Options(ParseResult parse, TrainingOptions training, NetworkFlags network, bool isRaw, PickerModel? start)
    {
        training.Validate();
        SearchSpace space = PickingSpace.Create(training, isRaw, start is not null);
        if (network.ChoosesArchitecture(parse))
            space = space.Narrow(PickingSpace.Architecture, training.Architecture.Name);
        if (network.ChoosesUnits(parse))
            space = space.Narrow(PickingSpace.Units, training.Architecture.Units.ToString(CultureInfo.InvariantCulture));
        try
        {
            foreach (string word in (parse.GetValue(_space) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                space = equals > 0
                    ? space.Narrow(word[..equals], word[(equals + 1)..])
                    : throw new TopazException($"'{TopazException.Quoted(word)}' is not of the form name=values.");
            }

            PickingSpace.Check(space);
        }
        catch (TopazException failure)
        {
            throw new UsageException($"--space: {failure.Message}");
        }

        return new PickingSearchOptions
        {
            Training = training,
            Space = space,
            Sampler = parse.GetValue(_sampler) == "random" ? SamplerKind.Random : SamplerKind.Tpe,
            Folds = parse.GetValue(_folds),
            Rungs = parse.GetValue(_full) ? 1 : 3,
            ExpectedParticles = parse.GetValue(_particles),
            Start = start,
        };
    }
}
