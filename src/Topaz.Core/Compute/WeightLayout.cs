using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// Converts between stored weights (out, in, ky, kx; for a transposed convolution in, out, ky, kx) and the engine's order:
/// taps × inputs × padded outputs.
/// </summary>
internal static unsafe class WeightLayout
{
    /// <summary>Floats of a kernel in the engine's order.</summary>
    public static int Size(int kernel, int inputs, int outputs) => kernel * kernel * inputs * View.Padded(outputs);

    /// <summary>Stored weights into the engine's order; padding is left as it is (zero).</summary>
    public static void Import(float[] stored, int kernel, int inputs, int outputs, bool transposed, float* target)
    {
        int taps = kernel * kernel, padded = View.Padded(outputs);
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                int start = (transposed ? i * outputs + o : o * inputs + i) * taps;
                for (int tap = 0; tap < taps; tap++)
                    target[((nint)tap * inputs + i) * padded + o] = stored[start + tap];
            }
        }
    }

    /// <summary>The engine's order back into stored weights.</summary>
    public static void Export(float* source, int kernel, int inputs, int outputs, bool transposed, float[] stored)
    {
        int taps = kernel * kernel, padded = View.Padded(outputs);
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                int start = (transposed ? i * outputs + o : o * inputs + i) * taps;
                for (int tap = 0; tap < taps; tap++)
                    stored[start + tap] = source[((nint)tap * inputs + i) * padded + o];
            }
        }
    }

    /// <summary>The factor by which the activation multiplies negative values.</summary>
    public static float Slope(Layer layer, Weights weights) => layer.Activation switch
    {
        Activation.ReLU => 0,
        Activation.LeakyReLU => (float)Layer.LeakySlope,
        Activation.PReLU => weights[$"{layer.Slope}.weight"].Data[0],
        _ => 1,
    };
}
