using System.Diagnostics.CodeAnalysis;
using Topaz.Images;

namespace Topaz.MLNet;

/// <summary>Checks of what a row holds, at the border of a mapping.</summary>
internal static class Given
{
    /// <summary>The micrograph, which a user's row class may have left out.</summary>
    public static Micrograph Micrograph([NotNull] Micrograph? micrograph) =>
        micrograph ?? throw new TopazException("A row holds no micrograph; set it in every row.");

    /// <summary>A micrograph in the form that a network was trained on: as it is, if it has that form already, otherwise prepared.</summary>
    /// <remarks>A network trained on images as they were read takes any: whoever prepared those prepared these.</remarks>
    /// <exception cref="TopazException">It was prepared in another way.</exception>
    public static Micrograph Prepared(Micrograph micrograph, Preprocessing wanted)
    {
        if (micrograph.Preprocessing == wanted || wanted == Preprocessing.None)
            return micrograph;
        if (micrograph.Preprocessing == Preprocessing.None)
            return Preprocessor.Apply(micrograph, wanted);
        throw new TopazException(
            $"{micrograph.Name} has {Text(micrograph.Preprocessing)}, but the network was trained on micrographs with {Text(wanted)}; "
            + "prepare it likewise, or give it raw.");
    }

    private static string Text(Preprocessing preprocessing) =>
        FormattableString.Invariant($"downsampling {preprocessing.Downsampling} and normalization {preprocessing.Normalization}");
}
