using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;
using Xunit;

namespace Topaz.Tests;

public sealed class LabelBlobTests
{
    [Theory]
    [InlineData(ParticleKind.Compact, 5, 1024, 50, 0.05)]
    [InlineData(ParticleKind.Compact, 2.5, 2048, 50, 0.15)]
    [InlineData(ParticleKind.Barrel, 5, 1024, 50, 0.05)]
    [InlineData(ParticleKind.Small, 5, 1024, 50, 0.15)]
    [InlineData(ParticleKind.Elongated, 2.5, 2048, 50, 0.05)]
    public void RadiusIsThatOfTheParticles(ParticleKind kind, double pixelSize, int size, int labels, double snr)
    {
        (Micrograph[] micrographs, ParticleTable few, double radius) = Simulate(kind, pixelSize, size, labels, snr);
        LabelBlob blob = LabelBlob.Measure(micrographs, few);
        Assert.True(blob.IsSeen);
        Assert.InRange(blob.Radius / radius, 0.8, 1.2);
        Assert.Null(LabelScale.Suspect(micrographs, few));
    }

    [SkippableTheory]
    [InlineData("empiar-10028-ribosome", 27)]
    [InlineData("empiar-10146-apoferritin", 38)]
    [InlineData("empiar-10017-betagal", 13)]
    public void RealParticlesHaveTheRadiusThatIsKnown(string set, double radius)
    {
        string folder = Path.Combine(Goldens.Shared ?? "", "data", set);
        Skip.IfNot(Directory.Exists(folder), "there are no real micrographs here");
        Micrograph[] micrographs = [.. ImageList.Read(Path.Combine(folder, "micrographs.txt")).Take(4).Select(entry => MicrographFile.Read(entry.Path).WithName(entry.Name))];
        ParticleTable particles = ParticleFile.Read(Path.Combine(folder, "particles.txt"));
        LabelBlob blob = LabelBlob.Measure(micrographs, particles);
        Assert.InRange(blob.Radius / radius, 0.8, 1.2);
        Assert.Null(LabelScale.Suspect(micrographs, particles));
        Assert.Contains("divided by 4", LabelScale.Suspect(micrographs, particles.Scale(4)));
        Assert.Contains("multiplied by 2", LabelScale.Suspect(micrographs, particles.Scale(0.5)));
    }

    [Theory]
    [InlineData(2, "divided by 2")]
    [InlineData(4, "divided by 4")]
    [InlineData(0.5, "multiplied by 2")]
    [InlineData(0.25, "multiplied by 4")]
    public void AnotherScaleIsFound(double factor, string cause)
    {
        (Micrograph[] micrographs, ParticleTable few, _) = Simulate(ParticleKind.Compact, 5, 1024, 50, 0.1);
        string? suspicion = LabelScale.Suspect(micrographs, few.Scale(factor));
        Assert.Contains(cause, suspicion);
        Assert.Contains(FormattableString.Invariant($"-s {1 / factor})"), suspicion);
    }

    [Fact]
    public void FlippedAndExchangedCoordinatesAreFound()
    {
        (Micrograph[] micrographs, ParticleTable few, _) = Simulate(ParticleKind.Compact, 5, 1024, 50, 0.1);
        Assert.Contains("from the bottom", LabelScale.Suspect(micrographs, Change(particle => particle with { Y = 1023 - particle.Y })));
        Assert.Contains("exchanged", LabelScale.Suspect(micrographs, Change(particle => particle with { X = particle.Y, Y = particle.X })));

        ParticleTable Change(Func<Particle, Particle> change)
        {
            var changed = new ParticleTable();
            foreach (string name in few.Micrographs)
                changed.Add(name, few[name].Select(change));
            return changed;
        }
    }

    [Fact]
    public void LabelsThatMarkNothingAreNotExplained()
    {
        (Micrograph[] micrographs, _, _) = Simulate(ParticleKind.Compact, 5, 512, 1, 0.1);
        var random = new RandomStream(4);
        var labels = new ParticleTable();
        for (int i = 0; i < 60; i++)
            labels.Add(micrographs[i % micrographs.Length].Name, new Particle(512 * random.NextDouble(), 512 * random.NextDouble()));
        Assert.False(LabelBlob.Measure(micrographs, labels).IsSeen);
        Assert.Null(LabelScale.Suspect(micrographs, labels));
        Assert.Equal(default, LabelBlob.Measure(micrographs, new ParticleTable()));
        Assert.Equal(default, LabelBlob.Measure([], labels));
    }

    private static (Micrograph[] Micrographs, ParticleTable Labels, double Radius) Simulate(ParticleKind kind, double pixelSize, int size, int labels, double snr)
    {
        var options = new SimulationOptions { Kind = kind, PixelSize = pixelSize, Width = size, Height = size, SignalToNoise = snr, Seed = 12 };
        var all = new List<(string Micrograph, Particle Particle)>();
        Micrograph[] micrographs = [.. Enumerable.Range(0, 3).Select(i =>
        {
            SimulatedMicrograph simulated = MicrographSimulator.Simulate(options, i);
            all.AddRange(simulated.Particles.Select(particle => (simulated.Micrograph.Name, particle)));
            return simulated.Micrograph;
        })];
        var few = new ParticleTable();
        for (int i = 0; i < labels; i++)
        {
            (string micrograph, Particle particle) = all[(int)((i + 0.5) * all.Count / labels)];
            few.Add(micrograph, particle);
        }

        return (micrographs, few, options.DiameterInPixels / 2);
    }
}
