using System.Reflection;

namespace Microsoft.ML.Transforms;

/// <summary>Marks a <see cref="CustomMappingFactory{TSrc, TDst}"/> with the contract name that saved models refer to.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class CustomMappingFactoryAttributeAttribute(string contractName) : ExtensionBaseAttribute(contractName);

/// <summary>Gives a saved custom mapping its delegate back.</summary>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    protected CustomMappingFactory()
    {
    }

    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName, null, null);
}

internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(string contractName);
}

/// <summary>Loads a custom mapping by its contract.</summary>
internal static class CustomMappingContract
{
    public const string Kind = "CustomMapping";

    public static ITransformer Load(ModelReader model)
    {
        string contractName = model.State.ReadString();
        model.Catalog.RegisterAssembly(Assembly.Load(model.State.ReadString()), throwOnError: false);
        return model.Catalog.CreateContract(contractName) is ICustomMappingFactory factory
            ? factory.CreateTransformer(contractName)
            : throw new InvalidOperationException($"Error during class instantiation: no registered assembly has a custom mapping factory of contract '{contractName}'");
    }
}
