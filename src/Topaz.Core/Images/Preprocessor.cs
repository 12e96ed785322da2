using System.Collections.Concurrent;

namespace Topaz.Images;

/// <summary>What became of one file of a run.</summary>
/// <param name="Input">The file read.</param>
/// <param name="Output">The file written, if all went well.</param>
/// <param name="Error">Why nothing was written; null if all went well.</param>
public sealed record PreprocessResult(string Input, string Output, Exception? Error);

/// <summary>Prepares raw micrographs for the network: downsampling, then normalisation.</summary>
public static class Preprocessor
{
    /// <summary>Prepares one micrograph.</summary>
    /// <param name="micrograph">The raw image; it is not changed, and it is returned itself where nothing is to be done.</param>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="seed">Seeds, together with the micrograph's name, the choice of pixels for the mixture's fit.</param>
    /// <param name="threads">Threads to use; −1 for all cores. The result does not depend on it.</param>
    /// <exception cref="TopazException">The image is constant, or smaller than the downsampling factor.</exception>
    public static Micrograph Apply(Micrograph micrograph, Preprocessing preprocessing, ulong seed = 0, int threads = -1)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (!Enum.IsDefined(preprocessing.Normalization))
            throw new ArgumentOutOfRangeException(nameof(preprocessing), preprocessing.Normalization, "No such normalisation.");
        Micrograph small = FourierDownsampler.Downsample(micrograph, preprocessing.Downsampling, threads);
        return preprocessing.Normalization switch
        {
            Normalization.Affine => Normalizer.Affine(small),
            Normalization.Mixture => Normalizer.Mixture(small, seed),
            _ => small,
        };
    }

    /// <summary>
    /// Prepares many files, several at a time, never with more than <paramref name="workers"/> images in memory. Outputs are
    /// MRC files of 32-bit floats, each there in full or not at all. A bad file is reported and the run goes on. What a file
    /// becomes depends on its name and the seed only, not on the order or the number of workers.
    /// </summary>
    /// <param name="inputs">Image files.</param>
    /// <param name="outputPath">From input path to output path; folders must exist.</param>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="workers">Images in memory at one time, from 1 up.</param>
    /// <param name="report">Called after each file, one call at a time, in the order in which files are done.</param>
    /// <param name="seed">See <see cref="Apply"/>.</param>
    /// <param name="cancellation">Stops the run after the files in work; those done stay.</param>
    /// <exception cref="TopazException">Two inputs have one output, or an output would replace an input.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static void Run(
        IReadOnlyList<string> inputs,
        Func<string, string> outputPath,
        Preprocessing preprocessing,
        int workers,
        Action<PreprocessResult> report,
        ulong seed = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputPath);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        string[] outputs = [.. inputs.Select(outputPath)];
        RefuseCollisions(inputs, outputs);

        int threads = Math.Max(1, Environment.ProcessorCount / Math.Min(workers, Math.Max(1, inputs.Count)));
        Lock reporting = new();
        // Micrographs of one session are of one size; using their arrays again halves the memory that waits for collection.
        ConcurrentBag<float[]> spares = [];
        // Without buffering a free worker takes the next file in order, and a stopped run leaves no gaps but those in work.
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, inputs.Count), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation },
            i =>
            {
                Exception? error = null;
                try
                {
                    spares.TryTake(out float[]? spare);
                    Micrograph raw = MicrographFile.Read(inputs[i], spare);
                    MrcFile.Write(outputs[i], Apply(raw, preprocessing, seed, threads));
                    spares.Add(raw.Pixels);
                }
                catch (Exception failure)
                {
                    // Whatever is wrong with one file, thousands of others wait: the caller decides what to make of it.
                    error = failure;
                }

                lock (reporting)
                    report(new PreprocessResult(inputs[i], outputs[i], error));
            });
    }

    private static void RefuseCollisions(IReadOnlyList<string> inputs, string[] outputs)
    {
        HashSet<string> sources = [.. inputs.Select(Path.GetFullPath)];
        Dictionary<string, string> writers = [];
        for (int i = 0; i < outputs.Length; i++)
        {
            string target = Path.GetFullPath(outputs[i]);
            if (sources.Contains(target))
                throw new TopazException($"{outputs[i]}: an input would be replaced by an output; choose another output folder.");
            if (!writers.TryAdd(target, inputs[i]))
                throw new TopazException($"{outputs[i]}: both {writers[target]} and {inputs[i]} would go there; rename one.");
        }
    }
}
