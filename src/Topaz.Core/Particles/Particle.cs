namespace Topaz.Particles;

/// <summary>A particle's centre in a micrograph, with the score it was picked at.</summary>
/// <param name="X">Column from the left, zero-based, pixel centres at integers.</param>
/// <param name="Y">Row from the top, zero-based, pixel centres at integers.</param>
/// <param name="Score">Log-odds that this is a particle; NaN for a label that has none.</param>
public readonly record struct Particle(double X, double Y, float Score = float.NaN)
{
    /// <summary>Whether the particle carries a score.</summary>
    public bool HasScore => !float.IsNaN(Score);

    /// <summary>A score as files may hold it, with more range than it has here: what lies beyond becomes the greatest or least there is.</summary>
    internal static float ScoreFrom(double score) => (float)Math.Clamp(score, float.MinValue, float.MaxValue);
}
