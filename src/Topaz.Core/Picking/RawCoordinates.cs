using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Between pixels of an image that was downsampled and those of the raw micrograph, in which labels and picks are kept.</summary>
public static class RawCoordinates
{
    extension(Micrograph image)
    {
        /// <summary>From pixels of this image to pixels of the raw micrograph.</summary>
        public Particle ToRaw(Particle particle) =>
            particle with { X = particle.X * image.ScaleX, Y = particle.Y * image.ScaleY };

        /// <summary>From pixels of the raw micrograph to pixels of this image.</summary>
        public Particle FromRaw(Particle particle) =>
            particle with { X = particle.X / image.ScaleX, Y = particle.Y / image.ScaleY };

        /// <summary>Those particles, given in pixels of the raw micrograph, whose centre lies inside this image, in its pixels.</summary>
        public IEnumerable<Particle> Inside(IEnumerable<Particle> particles) => particles.Select(image.FromRaw)
            .Where(particle => Disc.TryGetPixel(particle, image.Width, image.Height, out _, out _));
    }
}
