using System.Runtime.InteropServices;
using Topaz.Compute;
using TorchSharp;

namespace Topaz.TorchSharp;

/// <summary>Loads libtorch once, and turns what goes wrong in it into one line.</summary>
internal static class TorchRuntime
{
    private static readonly Lazy<string?> Problem = new(Load);

    public static int GpuCount => Problem.Value is null && torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    /// <exception cref="ComputeDeviceException">libtorch cannot be used.</exception>
    public static void Require()
    {
        if (Problem.Value is { } problem)
            throw new ComputeDeviceException(problem);
    }

    /// <summary>Runs what needs the device.</summary>
    /// <exception cref="ComputeDeviceException">It is out of memory, or stopped working.</exception>
    public static T Run<T>(TorchBackend backend, Func<T> work)
    {
        try
        {
            backend.Enter();
            return work();
        }
        catch (ExternalException failure)
        {
            throw Explain(failure, backend.Name);
        }
    }

    public static bool IsOutOfMemory(ExternalException failure) =>
        failure.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || failure.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || failure.Message.Contains("not enough memory", StringComparison.Ordinal);

    public static ComputeDeviceException Explain(ExternalException failure, string device) => new(
        IsOutOfMemory(failure)
            ? $"{device} has too little free memory: close what else uses it, train with smaller minibatches, or compute on the CPU."
            : $"{device} stopped computing ({FirstLine(failure.Message)}); start again, and if it happens again look at the driver or compute on the CPU.",
        failure);

    private static string? Load()
    {
        // Where libtorch is missing, TorchSharp writes pages to standard output before it throws.
        TextWriter output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            // CUDA first: libtorch registers it only if it is loaded before anything else is done.
            torch.TryInitializeDeviceType(DeviceType.CUDA);
            using torch.Tensor one = torch.ones(1);
            return null;
        }
        catch (Exception failure) when (failure is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException or ExternalException)
        {
            return $"TorchSharp cannot load libtorch ({FirstLine((failure.InnerException ?? failure).Message)}); "
                + "the application must reference TorchSharp-cuda-linux, TorchSharp-cuda-windows or TorchSharp-cpu of TorchSharp's own version.";
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim().TrimEnd('.');
}
