using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Fuzzing;

public class SafetensorsFuzzTests
{
    [Fact]
    public void DamagedModels_AreReadOrRefused()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 1 });
        byte[] model = ModelFile.ToBytes(new PickerModel(architecture, WeightInitializer.Create(architecture, seed: 1), Images.Preprocessing.None));

        (int accepted, int refused) = Fuzzer.Run([model], bytes => ModelFile.FromBytes(bytes, "model.sav"));

        Assert.True(accepted > 0 && refused > 0, $"{accepted} accepted, {refused} refused");
    }
}
