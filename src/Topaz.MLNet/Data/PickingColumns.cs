namespace Topaz.MLNet;

/// <summary>
/// The names that columns have unless you choose others. One row is one micrograph; its labels and its picks are parallel vectors.
/// All coordinates are pixels of the raw micrograph: x from the left, y from the top, both from zero, pixel centres at integers.
/// </summary>
public static class PickingColumns
{
    /// <summary>Text: the micrograph's name, without folder and extension.</summary>
    public const string Name = "Name";

    /// <summary>Text: where to read the micrograph.</summary>
    public const string Path = "Path";

    /// <summary><see cref="MicrographDataViewType"/>: the image, raw or, after preprocessing, prepared.</summary>
    public const string Micrograph = "Micrograph";

    /// <summary>Vector of Single: x of each labelled particle.</summary>
    public const string LabelX = "LabelX";

    /// <summary>Vector of Single: y of each labelled particle.</summary>
    public const string LabelY = "LabelY";

    /// <summary><see cref="MicrographDataViewType"/>: log-odds that a particle is centred at each pixel of the prepared image.</summary>
    public const string ScoreMap = "ScoreMap";

    /// <summary>Vector of Single: x of each pick, best first.</summary>
    public const string PickX = "PickX";

    /// <summary>Vector of Single: y of each pick.</summary>
    public const string PickY = "PickY";

    /// <summary>Vector of Single: score of each pick.</summary>
    public const string PickScore = "PickScore";

    /// <summary>Single: the particle's radius in pixels of the raw micrograph, by which picks match labels.</summary>
    public const string PickRadius = "PickRadius";

    /// <summary>Vector of Single: the features of the first pick, of the second, and so on.</summary>
    public const string CandidateFeatures = "CandidateFeatures";
}
