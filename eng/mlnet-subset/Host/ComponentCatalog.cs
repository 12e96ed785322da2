using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Finds the classes that a loaded model names by contract.</summary>
public sealed class ComponentCatalog
{
    private readonly ConcurrentDictionary<string, Type> _contracts = new();
    private readonly HashSet<Assembly> _registered = [];

    internal ComponentCatalog()
    {
    }

    /// <summary>Makes the contracts of an assembly known.</summary>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_registered)
        {
            if (!_registered.Add(assembly))
                return;
        }

        foreach (Type type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<ExtensionBaseAttribute>(inherit: false) is not { } attribute)
                continue;
            if (_contracts.GetOrAdd(attribute.ContractName, type) != type && throwOnError)
                throw new InvalidOperationException($"Contract name '{attribute.ContractName}' is already registered with a different class");
        }
    }

    /// <summary>A new instance of the class with this contract, or null where no registered assembly has one.</summary>
    internal object? CreateContract(string contractName) =>
        _contracts.TryGetValue(contractName, out Type? type) ? Activator.CreateInstance(type, nonPublic: true) : null;
}
