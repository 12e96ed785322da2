using System.Diagnostics.CodeAnalysis;
using Topaz.Images;

namespace Topaz.MLNet;

/// <summary>Checks of what a row holds, at the border of a mapping.</summary>
internal static class Given
{
    /// <summary>The micrograph, which a user's row class may have left out.</summary>
    public static Micrograph Micrograph([NotNull] Micrograph? micrograph, string column) =>
        micrograph ?? throw new TopazException($"Column '{column}': a row holds no micrograph; set it in every row.");

    /// <summary>Does something with a row's value; if that fails, the message begins with the value's column.</summary>
    /// <exception cref="TopazException">It fails.</exception>
    public static T InColumn<T>(string column, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (TopazException failure)
        {
            throw new TopazException($"Column '{column}': {failure.Message}", failure);
        }
    }

    /// <summary>A micrograph in the form that a network was trained on: as it is, if it has that form already, otherwise prepared.</summary>
    /// <remarks>A network trained on images as they were read takes any: whoever prepared those prepared these.</remarks>
    /// <exception cref="TopazException">It was prepared in another way, or cannot be prepared.</exception>
    public static Micrograph Prepared(Micrograph micrograph, Preprocessing wanted, string column)
    {
        if (micrograph.Preprocessing == wanted || wanted == Preprocessing.None)
            return micrograph;
        if (micrograph.Preprocessing == Preprocessing.None)
            return InColumn(column, () => Preprocessor.Apply(micrograph, wanted));
        throw new TopazException(
            $"Column '{column}': {micrograph.Name} has {Text(micrograph.Preprocessing)}, but the network was trained on micrographs with {Text(wanted)}; "
            + "prepare it likewise, or give it raw.");
    }

    /// <summary>A kind of preprocessing in words.</summary>
    public static string Text(Preprocessing preprocessing) =>
        FormattableString.Invariant($"downsampling {preprocessing.Downsampling} and normalization {preprocessing.Normalization}");
}
