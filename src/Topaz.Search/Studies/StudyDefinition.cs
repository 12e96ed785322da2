using System.Globalization;

namespace Topaz.Search;

/// <summary>What a study searches, and how; all who continue it must agree.</summary>
/// <param name="Space">What can be chosen.</param>
/// <param name="Sampler">How settings are drawn.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Epochs">Epochs of a whole training.</param>
/// <param name="Rungs">At most how many rungs; 1 for no halving.</param>
/// <param name="Notes">Whatever else must be the same, by name, such as the data.</param>
internal sealed record StudyDefinition(
    SearchSpace Space, SamplerKind Sampler, ulong Seed, int Epochs, int Rungs, IReadOnlyDictionary<string, string> Notes)
{
    /// <summary>The note that stands for micrographs, labels and settings of training, of which a study keeps no more.</summary>
    public const string Fingerprint = "fingerprint";

    private const string NotePrefix = "note.";

    /// <summary>As texts, to be stored.</summary>
    public Dictionary<string, string> ToSettings()
    {
        var settings = new Dictionary<string, string>
        {
            ["space"] = Space.ToJson(),
            ["sampler"] = Sampler.ToString(),
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            ["epochs"] = Epochs.ToString(CultureInfo.InvariantCulture),
            ["rungs"] = Rungs.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string key, string value) in Notes)
            settings.Add(NotePrefix + key, value);
        return settings;
    }

    /// <summary>The notes among stored texts.</summary>
    public static Dictionary<string, string> NotesOf(Dictionary<string, string> settings) => settings
        .Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value);

    /// <summary>From stored texts.</summary>
    /// <exception cref="TopazException">They are no definition.</exception>
    public static StudyDefinition FromSettings(Dictionary<string, string> settings, string path)
    {
        try
        {
            return new StudyDefinition(
                SearchSpace.FromJson(settings["space"]),
                Enum.Parse<SamplerKind>(settings["sampler"]),
                ulong.Parse(settings["seed"], CultureInfo.InvariantCulture),
                int.Parse(settings["epochs"], CultureInfo.InvariantCulture),
                int.Parse(settings["rungs"], CultureInfo.InvariantCulture),
                NotesOf(settings));
        }
        catch (Exception failure) when (failure is KeyNotFoundException or FormatException or OverflowException or ArgumentException or TopazException)
        {
            throw Incomplete(path, failure);
        }
    }

    /// <summary>What to say of a study that lacks a setting.</summary>
    public static TopazException Incomplete(string path, Exception inner) =>
        new($"{path}: the study's settings are incomplete, so it is damaged; give another name, or a copy.", inner);

    /// <summary>What differs first between two definitions as they are stored, as a person says it; null if nothing does.</summary>
    public static string? Difference(Dictionary<string, string> there, Dictionary<string, string> here) =>
        here.Keys.Union(there.Keys).FirstOrDefault(key => there.GetValueOrDefault(key) != here.GetValueOrDefault(key)) is { } key ? Describe(key, there, here) : null;

    private static string Describe(string key, Dictionary<string, string> there, Dictionary<string, string> here)
    {
        string? before = there.GetValueOrDefault(key), now = here.GetValueOrDefault(key);
        if (key == "space" && before is not null && now is not null)
        {
            Dictionary<string, string> old = SearchSpace.FromJson(before).Dimensions.ToDictionary(dimension => dimension.Name, Values);
            foreach (Dimension dimension in SearchSpace.FromJson(now).Dimensions)
            {
                if (old.GetValueOrDefault(dimension.Name) is var values && values != Values(dimension))
                    return $"{dimension.Name} was {values ?? "not given"}, now {Values(dimension)}";
            }
        }

        if (key == NotePrefix + Fingerprint)
            return "micrographs, labels or settings of training, such as the size of epochs and minibatches, are not the same";
        string name = key.StartsWith(NotePrefix, StringComparison.Ordinal) ? key[NotePrefix.Length..] : key;
        return $"{name} was {TopazException.Quoted(before ?? "not given")}, now {TopazException.Quoted(now ?? "not given")}";

        static string Values(Dimension dimension) => $"{dimension.Describe()} (default {dimension.DefaultValue})";
    }
}
