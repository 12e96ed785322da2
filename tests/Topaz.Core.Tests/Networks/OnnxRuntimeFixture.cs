using System.Diagnostics;
using System.Runtime.InteropServices;
using Topaz.Networks;
using Topaz.Networks.Onnx;

namespace Topaz.Tests;

/// <summary>
/// ONNX Runtime, in a process of its own. It comes from npm (<c>onnxruntime-node</c>) into <c>artifacts/onnxruntime</c> of the clone, where
/// the benchmarks and <c>.ci/run</c> put it; where it is not there, tests are skipped.
/// </summary>
public sealed class OnnxRuntimeFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process? _node = Start();

    public bool IsThere => _node is not null;

    /// <summary>Runs a network on images of one size.</summary>
    /// <returns>The scores, and their shape as "1,1,64,64".</returns>
    internal (float[] Scores, string Shape) Run(PickerModel model, OnnxForm form, float[] pixels, string shape)
    {
        OnnxFile.Write(_folder["network.onnx"], model, form);
        File.WriteAllBytes(_folder["input"], MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray());
        _node!.StandardInput.WriteLine($"{_folder["network.onnx"]} {_folder["input"]} {shape} {_folder["output"]}");
        string answer = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_node.StandardError.ReadToEnd());
        return (MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_folder["output"])).ToArray(), answer);
    }

    public void Dispose()
    {
        _node?.Kill();
        _node?.Dispose();
        _folder.Dispose();
    }

    private static Process? Start()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string modules = Path.Combine(folder.FullName, "artifacts", "onnxruntime");
            if (!Directory.Exists(Path.Combine(modules, "node_modules", "onnxruntime-node")))
                continue;
            try
            {
                return Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Networks", "onnx.mjs"), modules])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                });
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return null;
    }
}
