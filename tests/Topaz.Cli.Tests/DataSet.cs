namespace Topaz.Tests;

/// <summary>Four small simulated micrographs with labels in a folder <c>data</c>, made once for all tests of a class.</summary>
public sealed class DataSet : IDisposable
{
    /// <summary>What trains a tiny network for a few moments; a test adds the prefix and whatever it is about.</summary>
    public const string Train =
        "train -m conv31 --units 4 -n 20 --num-epochs 3 --epoch-size 15 --minibatch-size 32 --downsample 2 "
        + "--train-images data/image_list_train.txt --train-targets data/particles_train.txt "
        + "--test-images data/image_list_test.txt --test-targets data/particles_test.txt ";

    private readonly TemporaryFolder _folder = new();

    public DataSet()
    {
        Run("simulate -n 4 --size 256 --particles 20 --snr 1 --carbon 0 -o data");
        Run("train_test_split -n 1 --image-dir data/micrographs data/particles.txt");
    }

    public string FullName => _folder.FullName;

    public string this[string name] => _folder[name];

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Runs the command, which must succeed.</summary>
    public TopazProcess.Result Run(string commandLine)
    {
        TopazProcess.Result result = TopazProcess.Run(_folder.FullName, commandLine);
        Assert.True(result.ExitCode == 0, $"topaz {commandLine}\n{result}");
        return result;
    }

    public void Dispose() => _folder.Dispose();
}
