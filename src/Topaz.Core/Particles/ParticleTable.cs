namespace Topaz.Particles;

/// <summary>Particles by micrograph, in the order in which they were added.</summary>
public sealed class ParticleTable
{
    private readonly Dictionary<string, List<Particle>> _byMicrograph = [];
    private readonly List<string> _names = [];

    /// <summary>The micrographs named so far, in order of first mention; one without particles may be among them.</summary>
    public IReadOnlyList<string> Micrographs => _names;

    /// <summary>Number of particles in all micrographs.</summary>
    public int Count { get; private set; }

    /// <summary>Whether any particle has a score.</summary>
    public bool HasScores => _byMicrograph.Values.Any(particles => particles.Exists(particle => particle.HasScore));

    /// <summary>The particles of one micrograph; empty when the table does not name it.</summary>
    public IReadOnlyList<Particle> this[string micrograph] =>
        _byMicrograph.TryGetValue(micrograph, out List<Particle>? list) ? list : [];

    /// <summary>Names a micrograph, so that it is known even if it has no particle.</summary>
    public void Add(string micrograph) => ListOf(micrograph);

    /// <summary>Adds all that another table holds, micrographs without particles too.</summary>
    public void Add(ParticleTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (string micrograph in other.Micrographs)
            Add(micrograph, other[micrograph]);
    }

    /// <summary>Adds one particle.</summary>
    public void Add(string micrograph, Particle particle)
    {
        ListOf(micrograph).Add(particle);
        Count++;
    }

    /// <summary>Adds many particles of one micrograph.</summary>
    public void Add(string micrograph, IEnumerable<Particle> particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        List<Particle> list = ListOf(micrograph);
        int before = list.Count;
        list.AddRange(particles);
        Count += list.Count - before;
    }

    /// <summary>The same particles in an image that is <paramref name="factor"/> times as large; scores stay.</summary>
    public ParticleTable Scale(double factor)
    {
        if (!double.IsFinite(factor) || factor <= 0)
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A scale must be positive.");
        ParticleTable scaled = new();
        foreach (string micrograph in _names)
            scaled.Add(micrograph, this[micrograph].Select(particle => particle with { X = particle.X * factor, Y = particle.Y * factor }));
        return scaled;
    }

    /// <summary>What this table holds of the given micrographs, in their order; those it does not name are left out.</summary>
    public ParticleTable Where(IEnumerable<string> micrographs)
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        ParticleTable chosen = new();
        foreach (string micrograph in micrographs.Where(_byMicrograph.ContainsKey).Distinct())
            chosen.Add(micrograph, this[micrograph]);
        return chosen;
    }

    /// <summary>The same micrographs with those particles that <paramref name="keep"/> holds for.</summary>
    public ParticleTable Where(Func<Particle, bool> keep)
    {
        ParticleTable chosen = new();
        foreach (string micrograph in _names)
            chosen.Add(micrograph, this[micrograph].Where(keep));
        return chosen;
    }

    private List<Particle> ListOf(string micrograph)
    {
        if (!_byMicrograph.TryGetValue(micrograph, out List<Particle>? list))
        {
            _byMicrograph.Add(micrograph, list = []);
            _names.Add(micrograph);
        }

        return list;
    }
}
