namespace Topaz.Particles;

/// <summary>Formats of coordinate files.</summary>
public enum ParticleFormat
{
    /// <summary>Tab-separated <c>image_name x_coord y_coord [score]</c>, the format of the Python tool; see <see cref="TableFormat"/>.</summary>
    Table,

    /// <summary>RELION's STAR; see <see cref="StarFormat"/>.</summary>
    Star,

    /// <summary>EMAN's boxes, one file for each micrograph; see <see cref="BoxFormat"/>.</summary>
    Box,

    /// <summary>EMAN2's JSON, one file for each micrograph; see <see cref="EmanJsonFormat"/>.</summary>
    EmanJson,

    /// <summary>CSV of the VGG Image Annotator; see <see cref="ViaFormat"/>.</summary>
    Via,

    /// <summary>cryoSPARC's .cs; see <see cref="CryoSparcFormat"/>.</summary>
    CryoSparc,
}
