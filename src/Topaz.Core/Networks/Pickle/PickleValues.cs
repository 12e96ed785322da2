namespace Topaz.Networks.Pickle;

// What a pickle holds once it is read, beside null, bool, long, double, string and byte[].

/// <summary>A list, a set or a tuple.</summary>
internal sealed class PickleSequence(List<object?> items)
{
    public List<object?> Items { get; } = items;
}

/// <summary>A dictionary; of its keys only texts matter to models, and others are dropped.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<string, object?> _values = [];

    /// <summary>Keys in the order in which they were added.</summary>
    public List<string> Keys { get; } = [];

    public object? this[string key] => _values.GetValueOrDefault(key);

    public void Set(object? key, object? value)
    {
        if (key is not string name)
            return;
        if (_values.TryAdd(name, value))
            Keys.Add(name);
        else
            _values[name] = value;
    }
}

/// <summary>The name of a class or function. It is never looked up, let alone called.</summary>
internal sealed record PickleName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An object of a class that is known to be inert: the name of the class and what the object holds.</summary>
internal sealed class PickleObject(PickleName type)
{
    public PickleName Type { get; } = type;

    public PickleDictionary? State { get; set; }
}

/// <summary>Numbers that are kept beside the pickle.</summary>
/// <param name="Type">Name of the storage class, as <c>FloatStorage</c>.</param>
/// <param name="Key">What the container calls them.</param>
/// <param name="Count">How many numbers.</param>
internal sealed record TorchStorage(string Type, string Key, long Count);

/// <summary>A view on a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides);
