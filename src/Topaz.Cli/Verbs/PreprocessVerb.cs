using System.CommandLine;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz preprocess</c>: downsampling and normalisation in one go.</summary>
internal static class PreprocessVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "preprocess",
            "Prepares micrographs for training and picking: downsamples them in Fourier space, then normalises their grey values "
            + "by the ice. Choose the factor so that a particle becomes about 10 to 20 pixels wide.",
            "topaz preprocess -s 4 -o processed raw/*.mrc");
        Argument<string[]> images = verb.Images("micrographs: images, folders, patterns or lists; by default the lines of standard input");
        Option<double> scale = verb.Flag(["-s", "--scale"], 4.0, "downsampling factor, 1 for none", "FACTOR");
        var batch = new ImageBatchFlags(verb, "-t", "--num-workers");
        var normalization = new NormalizationFlags(verb);

        verb.Run((parse, console, cancellation) =>
        {
            double factor = DownsampleVerb.Factor(parse, scale);
            Func<Micrograph, int, Micrograph> normalizer = normalization.Read(parse);
            IReadOnlyList<ImageEntry> micrographs = CommonFlags.Images(parse.GetValue(images)!);
            return batch.Run(
                parse, console, "Preprocessing", micrographs,
                (image, threads) => normalizer(FourierDownsampler.Downsample(image, factor, threads), threads), cancellation);
        });
        return verb;
    }
}
