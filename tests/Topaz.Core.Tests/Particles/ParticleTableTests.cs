using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class ParticleTableTests
{
    private static ParticleTable Table()
    {
        ParticleTable table = new();
        table.Add("a", [new Particle(1, 2, 0.5f), new Particle(3, 4)]);
        table.Add("empty");
        table.Add("b", new Particle(5, 6));
        return table;
    }

    [Fact]
    public void Scaling_moves_coordinates_and_keeps_scores_and_names()
    {
        ParticleTable scaled = Table().Scale(0.5);

        Assert.Equal(["a", "empty", "b"], scaled.Micrographs);
        Assert.Equal([new Particle(0.5, 1, 0.5f), new Particle(1.5, 2)], scaled["a"]);
        Assert.Equal(3, scaled.Count);
    }

    [Fact]
    public void Where_keeps_the_order_asked_for_and_leaves_out_unknown_names()
    {
        ParticleTable chosen = Table().Where(["b", "unknown", "empty", "b"]);

        Assert.Equal(["b", "empty"], chosen.Micrographs);
        Assert.Equal(1, chosen.Count);
    }
}
