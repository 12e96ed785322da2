using Topaz.MLNet;

namespace Microsoft.ML;

/// <summary>Puts particle picking beside ML.NET's own catalogs.</summary>
public static class ParticlePickingExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Particle picking in cryo-EM micrographs.</summary>
        public ParticlePickingCatalog ParticlePicking => new(ml);
    }
}
