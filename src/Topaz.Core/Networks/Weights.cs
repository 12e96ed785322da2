namespace Topaz.Networks;

/// <summary>One named array of numbers.</summary>
/// <param name="Name">Unique within its <see cref="Weights"/>.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Data">Row-major values.</param>
public sealed record Tensor(string Name, IReadOnlyList<int> Shape, float[] Data)
{
    /// <summary>An independent copy.</summary>
    public Tensor Copy() => this with { Data = (float[])Data.Clone() };
}

/// <summary>
/// A network's numbers by name, in the order of its layers: <c>weight</c> (out, in, ky, kx; for a transposed convolution in,
/// out, ky, kx) and <c>bias</c> of each layer, and of each batch norm <c>weight</c>, <c>bias</c>, <c>running_mean</c> and
/// <c>running_var</c>.
/// </summary>
public sealed class Weights
{
    private readonly Dictionary<string, Tensor> _byName = [];
    private readonly List<Tensor> _tensors = [];

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<Tensor> Tensors => _tensors;

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Tensor this[string name] => _byName.TryGetValue(name, out Tensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"The weights have no tensor '{name}'.");

    /// <summary>Appends a tensor.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit the data.</exception>
    public void Add(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape.Aggregate(1L, (product, size) => product * size) != tensor.Data.Length)
            throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.Data.Length} values, not the product of its shape.", nameof(tensor));
        if (!_byName.TryAdd(tensor.Name, tensor))
            throw new ArgumentException($"Two tensors are called '{tensor.Name}'.", nameof(tensor));
        _tensors.Add(tensor);
    }

    /// <summary>Looks a tensor up.</summary>
    public bool TryGet(string name, out Tensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>An independent copy.</summary>
    public Weights Copy()
    {
        var copy = new Weights();
        foreach (Tensor tensor in _tensors)
            copy.Add(tensor.Copy());
        return copy;
    }
}
