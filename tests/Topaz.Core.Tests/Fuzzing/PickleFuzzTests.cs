using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Fuzzing;

public class PickleFuzzTests
{
    [Theory]
    [InlineData("state-stream.sav", "module-stream.sav")]
    [InlineData("state-zip.sav", "module-zip.sav", "state-double.sav")]
    public void DamagedCheckpoints_AreReadOrRefused(params string[] files)
    {
        (int accepted, int refused) = Fuzzer.Run(
            [.. files.Select(file => Fixture.Bytes("torch", file))], bytes => ModelFile.FromBytes(bytes, "model.sav"));

        Assert.True(accepted > 0 && refused > 0, $"{accepted} accepted, {refused} refused");
    }
}
