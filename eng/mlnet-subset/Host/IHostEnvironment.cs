namespace Microsoft.ML.Runtime;

/// <summary>Says where an exception comes from.</summary>
public interface IExceptionContext
{
    string ContextDescription { get; }

    TException Process<TException>(TException ex)
        where TException : Exception;
}

public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);
}

/// <summary>What a component may ask of the process it lives in.</summary>
public interface IHostEnvironment : IChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }

    /// <summary>Makes a host for a component, with a random generator and a name of its own.</summary>
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}
