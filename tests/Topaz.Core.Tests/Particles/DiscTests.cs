using System.Text.Json.Nodes;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class DiscTests
{
    [SkippableFact]
    public void Pixel_counts_are_the_reference_ones()
    {
        JsonNode golden = Goldens.Require()["pixels"]!;

        Assert.Equal(
            Goldens.Numbers(golden["disc_pixels_correct"]!),
            Goldens.Numbers(golden["radius"]!).Select(radius => (double)Disc.PixelCount((int)radius)));
    }

    [SkippableFact]
    public void Pixels_are_the_reference_ones_in_order()
    {
        int[] expected = Goldens.Ints(Goldens.Require()["pixels"]!["expansion_radius3"]!);

        bool[] mask = Disc.Mask(9, 9, [new Particle(4, 4)], radius: 3);

        IEnumerable<int> pixels = Enumerable.Range(0, mask.Length).Where(pixel => mask[pixel]);
        Assert.Equal(expected, pixels.SelectMany(pixel => (int[])[pixel % 9 - 4, pixel / 9 - 4]));
    }

    [SkippableFact]
    public void The_mask_is_the_reference_one()
    {
        JsonNode golden = Goldens.Require()["as_mask"]!;
        int[] shape = Goldens.Shape(golden);
        IEnumerable<Particle> particles = Goldens.Numbers(golden["x"]!).Zip(Goldens.Numbers(golden["y"]!), (x, y) => new Particle(x, y));

        bool[] mask = Disc.Mask(shape[1], shape[0], particles, (int)golden["radius"]!);

        Assert.Equal(Goldens.Floats(golden["mask"]!), mask.Select(inside => inside ? 1f : 0f));
    }

    [Fact]
    public void Centres_round_to_the_pixel_that_holds_them_and_outside_is_ignored()
    {
        bool[] mask = Disc.Mask(4, 3, [new(-0.5, 0), new(3.49, 2.4), new(3.5, 1), new(1, -0.51), new(1e300, 1), new(double.NaN, 1)], radius: 0);

        Assert.Equal([0, 11], Enumerable.Range(0, 12).Where(i => mask[i]));
    }

    [SkippableFact]
    public void Positive_fractions_are_the_reference_ones()
    {
        JsonNode golden = Goldens.Require()["pixels"]!;

        Assert.Equal((double)golden["calculate_pi_correct"]!, PositiveFraction.FromCount(250, 3, 1048576), 1e-15);
        Assert.Equal((double)golden["calculate_pi_correct_2"]!, PositiveFraction.FromCount(1000, 5, 4194304), 1e-15);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1000)]
    [InlineData(double.NaN)]
    public void A_positive_fraction_outside_0_to_1_is_told(double count) =>
        Assert.Throws<TopazException>(() => PositiveFraction.FromCount(count, 3, 10_000));
}
