using Topaz.Images;
using Topaz.Networks.Pickle;

namespace Topaz.Networks;

/// <summary>
/// Models of the Python tool: its packaged ones are state dicts, its trained ones whole modules. Both name their tensors as
/// <see cref="ParameterLayout"/> does; the architecture follows from names and shapes.
/// </summary>
internal static class PythonModel
{
    // A module tree of the Python tool is three deep and has a hundred modules.
    private const int DeepestModule = 16, MostModules = 10_000;

    /// <summary>Reads a model from a stream that can seek; <paramref name="path"/> names it in messages.</summary>
    /// <returns>The model; micrographs must be prepared as they were for its training, which it does not tell.</returns>
    /// <exception cref="TopazException">The file is damaged or no model.</exception>
    public static PickerModel Read(Stream stream, string path)
    {
        TorchCheckpoint checkpoint = TorchCheckpoint.Read(stream, path);
        var modules = new Dictionary<string, PickleObject>();
        Dictionary<string, TorchTensor> tensors = Tensors(checkpoint.Content, modules, path);
        var shapes = tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Shape);
        foreach (ArchitectureOptions options in Candidates(shapes))
        {
            Architecture architecture = ArchitectureFactory.Create(options);
            IReadOnlyList<Parameter> parameters = ParameterLayout.Of(architecture);
            if (!Fits(parameters, shapes))
                continue;
            PythonModule.Require(modules, architecture, path);
            IEnumerable<Tensor> values = parameters.Select(parameter =>
                new Tensor(parameter.Name, [.. parameter.Shape], checkpoint.Values(tensors[parameter.Name])));
            return new PickerModel(architecture, ModelFile.Collect(architecture, values, path), Preprocessing.None);
        }

        throw new TopazException($"{path}: its network is none of {string.Join(", ", ArchitectureFactory.Names)}, with twice the units after each stride; train or choose another model.");
    }

    /// <summary>Architectures that the number of channels and the presence of batch norm leave.</summary>
    private static IEnumerable<ArchitectureOptions> Candidates(Dictionary<string, IReadOnlyList<long>> shapes)
    {
        // The first convolution reads the image's one channel.
        if (shapes.Values.FirstOrDefault(shape => shape is [>= 1 and <= 256, 1, _, _]) is not { } first)
            yield break;
        bool batchNorm = shapes.Keys.Any(name => name.StartsWith("features.", StringComparison.Ordinal) && name.EndsWith(".running_mean", StringComparison.Ordinal));
        foreach (string name in ArchitectureFactory.Names)
        {
            foreach (bool pooling in (bool[])[false, true])
                yield return new ArchitectureOptions { Name = name, Units = (int)first[0], BatchNorm = batchNorm, MaxPooling = pooling };
        }
    }

    /// <summary>Whether features and classifier are exactly these; a decoder and the counters of batch norm may stand beside.</summary>
    private static bool Fits(IReadOnlyList<Parameter> parameters, Dictionary<string, IReadOnlyList<long>> shapes)
    {
        HashSet<string> known = [.. parameters.Select(parameter => parameter.Name)];
        return parameters.All(parameter =>
                shapes.TryGetValue(parameter.Name, out IReadOnlyList<long>? shape) && shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
            && shapes.Keys.All(name => known.Contains(name) || !name.StartsWith("features.", StringComparison.Ordinal)
                || name.EndsWith(".num_batches_tracked", StringComparison.Ordinal));
    }

    /// <summary>Tensors by name and, where it is a module, all modules by theirs.</summary>
    private static Dictionary<string, TorchTensor> Tensors(object? content, Dictionary<string, PickleObject> modules, string path)
    {
        var tensors = new Dictionary<string, TorchTensor>();
        int visited = 0;
        switch (content)
        {
            case PickleDictionary state:
                Add(state, "");
                break;
            case PickleObject module:
                Walk(module, "", 0);
                break;
        }

        return tensors.Count > 0 ? tensors : throw new TopazException($"{path}: holds no tensors; give a model file.");

        void Walk(PickleObject module, string prefix, int depth)
        {
            if (depth > DeepestModule || ++visited > MostModules)
                throw new TopazException($"{path}: it has more or deeper modules than any picking model; get the model from a source that you trust.");
            modules[prefix] = module;
            Add(module.State?["_parameters"] as PickleDictionary, prefix);
            Add(module.State?["_buffers"] as PickleDictionary, prefix);
            if (module.State?["_modules"] is not PickleDictionary children)
                return;
            foreach (string name in children.Keys)
            {
                if (children[name] is PickleObject child)
                    Walk(child, $"{prefix}{name}.", depth + 1);
            }
        }

        void Add(PickleDictionary? values, string prefix)
        {
            foreach (string name in values?.Keys ?? [])
            {
                if (values![name] is TorchTensor tensor)
                    tensors[prefix + name] = tensor;
            }
        }
    }
}
