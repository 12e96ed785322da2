namespace Topaz.Networks.Pickle;

/// <summary>The few names that models of the Python tool need, and what they stand for. Any other name is refused.</summary>
internal static class PickleCatalog
{
    // A network's modules: only what they hold is looked at.
    private static readonly string[] s_inertModules = ["topaz.model.", "torch.nn.modules.", "torch.nn.parameter."];
    private static readonly string[] s_sequences = ["set", "frozenset", "list", "tuple", "Size"];

    /// <summary>Bytes of a number in a storage, by the name of its class.</summary>
    public static IReadOnlyDictionary<string, int> StorageSizes { get; } = new Dictionary<string, int>
    {
        ["FloatStorage"] = 4,
        ["DoubleStorage"] = 8,
        ["HalfStorage"] = 2,
        ["BFloat16Storage"] = 2,
        ["LongStorage"] = 8,
        ["IntStorage"] = 4,
        ["ShortStorage"] = 2,
        ["CharStorage"] = 1,
        ["ByteStorage"] = 1,
        ["BoolStorage"] = 1,
    };

    /// <summary>A name, if models may hold it.</summary>
    /// <exception cref="TopazException">They may not.</exception>
    public static PickleName Admit(string module, string name, string path)
    {
        var asked = new PickleName(module, name);
        bool known = module switch
        {
            "collections" => name is "OrderedDict" or "defaultdict",
            "__builtin__" or "builtins" => s_sequences.Contains(name) || name == "dict",
            "torch" => StorageSizes.ContainsKey(name) || name == "Size",
            "torch._utils" => name is "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_parameter",
            _ => IsInert(asked),
        };
        return known ? asked : throw new TopazException(
            $"{path}: when Python loads this file it runs {TopazException.Quoted(asked.ToString())}, which no picking model needs, so it is not read; get the model from a source that you trust.");
    }

    /// <summary>What Python would make by calling something with these arguments.</summary>
    /// <exception cref="TopazException">The arguments make no sense.</exception>
    public static object? Make(PickleName name, List<object?> arguments, string path)
    {
        if (IsInert(name))
            return new PickleObject(name);
        switch (name.Name)
        {
            case "OrderedDict" or "defaultdict" or "dict":
                var dictionary = new PickleDictionary();
                foreach (object? pair in arguments is [PickleSequence pairs] ? pairs.Items : [])
                {
                    if (pair is PickleSequence { Items: [var key, var value] })
                        dictionary.Set(key, value);
                }

                return dictionary;
            case "_rebuild_parameter" when arguments is [var tensor, ..]:
                return tensor;
            case "_rebuild_tensor" or "_rebuild_tensor_v2" when arguments is
                [TorchStorage storage, long offset, PickleSequence shape, PickleSequence strides, ..]:
                return new TorchTensor(storage, offset, Sizes(shape, path), Sizes(strides, path));
            default:
                return s_sequences.Contains(name.Name) ? new PickleSequence(arguments is [PickleSequence items] ? items.Items : []) : throw Bad(path);
        }
    }

    /// <summary>What a persistent id names: a storage, ("storage", class, key, device, count[, view]), or in old files a class together with its
    /// source text, ("module", class, file, source).</summary>
    /// <exception cref="TopazException">It is no such id.</exception>
    public static object Persistent(object? id, string path) => id switch
    {
        // A view, as only PyTorch before 0.4 wrote them, would shift all numbers if it were overlooked.
        PickleSequence { Items: ["storage", PickleName type, string key, _, long count, .. [] or [null]] } when count >= 0 && StorageSizes.ContainsKey(type.Name) =>
            new TorchStorage(type.Name, key, count),
        PickleSequence { Items: ["module", PickleName type, ..] } => type,
        _ => throw Bad(path),
    };

    private static bool IsInert(PickleName name) =>
        s_inertModules.Any(prefix => (name.Module + ".").StartsWith(prefix, StringComparison.Ordinal)) && !name.Name.Contains('.');

    private static long[] Sizes(PickleSequence sizes, string path) =>
        [.. sizes.Items.Select(size => size is long and >= 0 ? (long)size : throw Bad(path))];

    private static TopazException Bad(string path) => new($"{path}: a tensor in its pickle makes no sense; copy the model again.");
}
