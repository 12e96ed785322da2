namespace Topaz.Compute;

/// <summary>Several images of the same size, evenly spaced in memory: the samples of a minibatch, or a single one.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Step">Floats from one to the next.</param>
internal readonly unsafe record struct ViewBatch(View First, int Count, nint Step)
{
    public View this[int index] => First with { Address = (nint)(First.Data + index * Step) };

    public ViewBatch Folded() => this with { First = First.Folded() };

    public static implicit operator ViewBatch(View view) => new(view, 1, 0);
}
