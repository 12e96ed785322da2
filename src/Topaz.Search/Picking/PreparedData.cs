using Topaz.Images;
using Topaz.Training;

namespace Topaz.Search;

/// <summary>Micrographs and labels prepared in several ways, each kept once it was asked for.</summary>
/// <param name="prepare">Prepares them; labels in pixels of the prepared micrographs.</param>
public sealed class PreparedData(Func<Preprocessing, TrainingData> prepare)
{
    private readonly Dictionary<Preprocessing, TrainingData> _prepared = [];

    /// <summary>All of them, prepared in one way.</summary>
    public TrainingData this[Preprocessing preprocessing]
    {
        get
        {
            if (!_prepared.TryGetValue(preprocessing, out TrainingData? data))
                _prepared.Add(preprocessing, data = prepare(preprocessing));
            return data;
        }
    }
}
