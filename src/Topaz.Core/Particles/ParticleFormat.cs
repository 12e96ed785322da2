namespace Topaz.Particles;

/// <summary>Formats of coordinate files.</summary>
public enum ParticleFormat
{
    /// <summary>Tab-separated <c>image_name x_coord y_coord [score]</c>, the format of the Python tool.</summary>
    Table,

    /// <summary>RELION's STAR; see <see cref="StarFormat"/>.</summary>
    Star,

    /// <summary>EMAN's boxes, one file for each micrograph: corner x and y, width, height, and perhaps a score.</summary>
    Box,

    /// <summary>EMAN2's JSON, one file for each micrograph: <c>{"boxes": [[x, y, "manual"], …]}</c>.</summary>
    EmanJson,

    /// <summary>CSV of the VGG Image Annotator, one region in a row.</summary>
    Via,

    /// <summary>cryoSPARC's .cs, a table of NumPy with coordinates as fractions of the micrograph's size.</summary>
    CryoSparc,
}
