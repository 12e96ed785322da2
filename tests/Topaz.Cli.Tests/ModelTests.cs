namespace Topaz.Tests;

/// <summary>Models of the Python tool, models for other programs, and models that are found by name.</summary>
public sealed class ModelTests(DataSet data) : IClassFixture<DataSet>
{
    private const string Quick = "train -m conv31 --units 4 -n 20 --num-epochs 1 --epoch-size 5 --minibatch-size 32 "
        + "--train-images data/image_list_train.txt --train-targets data/particles_train.txt ";

    [Fact]
    public void A_model_goes_out_and_comes_back()
    {
        data.Run(Quick + "--save-prefix own");
        data.Run("extract -r 5 -m own_epoch1.sav -o own.txt data/micrographs/simulated_0001.mrc");
        // The name does not matter, the content does.
        data.Run("export -m own_epoch1.sav -o exported.pt");
        data.Run("export -m exported.pt -o exported.sav");
        data.Run("export -m own_epoch1.sav -o copy.bin --format topaz");
        data.Run("export -m exported.sav -o exported.onnx");
        data.Run("export -m exported.sav --format onnx-crop -o crops.onnx");
        foreach (string model in (string[])["exported.pt", "exported.sav", "copy.bin"])
        {
            data.Run($"extract -r 5 -m {model} -o back.txt data/micrographs/simulated_0001.mrc");
            Assert.Equal(File.ReadAllText(data["own.txt"]), File.ReadAllText(data["back.txt"]));
        }

        Assert.NotEqual(File.ReadAllBytes(data["exported.onnx"]), File.ReadAllBytes(data["crops.onnx"]));
        TopazProcess.Result onnx = TopazProcess.Run(data.FullName, "extract -r 5 -m exported.onnx -o x.txt data/micrographs/simulated_0001.mrc");
        Assert.Equal(1, onnx.ExitCode);
        Assert.Contains("is an ONNX file", Assert.Single(onnx.ErrorLines));
        TopazProcess.Result unknown = TopazProcess.Run(data.FullName, "export -m own_epoch1.sav -o model.xyz");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("--format", unknown.Error);
        TopazProcess.Result itself = TopazProcess.Run(data.FullName, "export -m own_epoch1.sav -o own_epoch1.sav");
        Assert.Contains("would be overwritten", itself.Error);
    }

    [Fact]
    public void Packaged_weights_are_found_by_name()
    {
        data.Run(Quick + "--bn off --units 2 -m resnet8 --save-prefix small");
        Directory.CreateDirectory(data["weights"]);
        foreach (string name in (string[])["resnet16_u2", "resnet8_u2"])
            data.Run($"export -m small_epoch1.sav --format pytorch -o weights/{name}.sav");

        data.Run("extract -r 5 -m small_epoch1.sav -o by-path.txt data/micrographs/simulated_0001.mrc");
        foreach (string given in (string[])["", "-m resnet16", "-m resnet8_u2"])
        {
            TopazProcess.Result result = Shell($"\"$0\" \"$1\" extract -r 5 {given} -o by-name.txt data/micrographs/simulated_0001.mrc");
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(File.ReadAllText(data["by-path.txt"]), File.ReadAllText(data["by-name.txt"]));
        }

        string train = (Quick + "-m resnet8 --units 2 --save-prefix from").Replace("-m conv31 --units 4 ", "", StringComparison.Ordinal);
        Assert.Contains("Starting from weights/resnet8_u2.sav", Shell($"\"$0\" \"$1\" {train}").Error);
        Assert.Contains("Starting from random weights", Shell($"\"$0\" \"$1\" {train} --units 3").Error);
        Assert.DoesNotContain("Starting from", Shell($"\"$0\" \"$1\" {train} --no-pretrained").Error);

        TopazProcess.Result missing = TopazProcess.Run(data.FullName, "extract -r 5 -m resnet16 -o x.txt data/micrographs/simulated_0001.mrc");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("TOPAZ_MODELS", Assert.Single(missing.ErrorLines));

        TopazProcess.Result Shell(string script) => TopazProcess.Shell(data.FullName, "export TOPAZ_MODELS=weights; " + script);
    }
}
