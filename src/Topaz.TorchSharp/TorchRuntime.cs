using System.Runtime.InteropServices;
using Topaz.Compute;
using TorchSharp;

namespace Topaz.TorchSharp;

/// <summary>Loads libtorch once, and turns what goes wrong in it into one line.</summary>
internal static class TorchRuntime
{
    private static readonly Lazy<string?> Problem = new(Load);

    private static readonly string[] s_outOfMemory =
    [
        "out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED", "ALLOCATION_FAILED", "CUDNN_STATUS_NOT_INITIALIZED",
        "unable to find an engine", "unable to find a valid cuDNN algorithm",
    ];

    public static int GpuCount => Problem.Value is null && torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    /// <exception cref="ComputeDeviceException">libtorch cannot be used.</exception>
    public static void Require()
    {
        if (Problem.Value is { } problem)
            throw new ComputeDeviceException(problem);
    }

    /// <summary>Computes a little on a device: one that is listed may be too old or too new for this libtorch, or in use by others alone.</summary>
    /// <exception cref="ComputeDeviceException">It does not compute.</exception>
    public static void Try(torch.Device device, string name)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            TensorData.Floats(torch.nn.functional.conv2d(torch.ones(1, 1, 8, 8).to(device), torch.ones(1, 1, 3, 3).to(device)));
        }
        catch (ExternalException failure)
        {
            throw new ComputeDeviceException(
                $"{name} cannot be used ({FirstLine(failure.Message)}): another version of TorchSharp may support it, or others use it.", failure);
        }
    }

    /// <summary>
    /// Whether memory ran out, as far as the message tells: cuDNN and cuBLAS say of a full GPU only that they cannot be set up, or that no
    /// algorithm works.
    /// </summary>
    public static bool IsOutOfMemory(ExternalException failure) => s_outOfMemory.Any(sign => failure.Message.Contains(sign, StringComparison.OrdinalIgnoreCase));

    public static ComputeDeviceException Explain(ExternalException failure, string device) => new(
        IsOutOfMemory(failure)
            ? $"{device} has too little free memory ({FirstLine(failure.Message)}): close what else uses it, or compute on the CPU; smaller minibatches need less."
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
