namespace Topaz.Particles;

/// <summary>One micrograph of a list.</summary>
/// <param name="Name">Its name, without folder and image extension.</param>
/// <param name="Path">Where the image is; as written in the list when no such file was found.</param>
/// <param name="Source">The data set it comes from; empty when the list does not tell.</param>
public sealed record ImageEntry(string Name, string Path, string Source = "");
