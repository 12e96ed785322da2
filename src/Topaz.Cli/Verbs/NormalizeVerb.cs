using System.CommandLine;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz normalize</c>: normalisation alone.</summary>
internal static class NormalizeVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "normalize",
            "Normalises grey values, so that the ice has mean 0 and standard deviation 1 in every micrograph, "
            + "whatever dirt or carbon there is beside it.",
            "topaz normalize -o normalized downsampled/*.mrc");
        Argument<string[]> images = verb.Images("micrographs: images, folders, patterns or lists; by default the lines of standard input");
        var batch = new ImageBatchFlags(verb, "-t", "--num-workers");
        var normalization = new NormalizationFlags(verb);

        verb.Run((parse, console, cancellation) =>
        {
            Func<Micrograph, int, Micrograph> normalizer = normalization.Read(parse);
            IReadOnlyList<ImageEntry> micrographs = CommonFlags.Images(parse.GetValue(images)!);
            return batch.Run(parse, console, "Normalising", micrographs, normalizer, cancellation);
        });
        return verb;
    }
}
