using System.Text.RegularExpressions;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>What the documentation shows is what is compiled.</summary>
public sealed partial class DocumentationTests
{
    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex RelativeLink { get; }

    /// <summary>C# blocks of a page; each is its lines, without indentation, comments at their ends and empty ones.</summary>
    internal static string[][] Code(string markdown) => [.. CodeBlock.Matches(markdown).Select(block => Lines(block.Groups[1].Value))];

    private static string[] Lines(string code) =>
        [.. code.Split('\n').Select(line => line.Split(" // ")[0].Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))];

    private static bool IsSubsequence(string[] part, string[] whole)
    {
        int found = 0;
        foreach (string line in whole)
        {
            if (found < part.Length && line == part[found])
                found++;
        }

        return found == part.Length;
    }

    [Fact]
    public void The_readme_shows_ten_lines_of_the_quick_start()
    {
        string[] shown = Assert.Single(Code(Repository.Read("README.md")));
        Assert.Equal(10, shown.Length);
        Assert.True(IsSubsequence(shown, Lines(Repository.Read("examples", "quick-start.cs"))), "The README's lines are not those of examples/quick-start.cs, in that order.");
    }

    [Theory]
    [InlineData("mlnet.md")]
    [InlineData("gpu.md")]
    public void Every_block_of_a_guide_is_compiled(string page)
    {
        string[][] compiled = [.. Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.cs")
            .Append(Path.Combine(Repository.Root, "tests", "Topaz.MLNet.Tests", "GuideTests.cs"))
            .Append(Path.Combine(Repository.Root, "tests", "Topaz.TorchSharp.Tests", "UseTorchTests.cs"))
            .Select(path => Lines(File.ReadAllText(path)))];
        string[][] blocks = Code(Repository.Read("docs", page));
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(
            compiled.Any(file => IsSubsequence(block, file)),
            $"These lines of docs/{page} are neither in an example nor in GuideTests or UseTorchTests, in that order:\n" + string.Join('\n', block)));
    }

    [Fact]
    public void Every_example_is_in_the_guide()
    {
        string guide = Repository.Read("docs", "mlnet.md");
        Assert.All(
            Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.cs"),
            path => Assert.Contains($"(../examples/{Path.GetFileName(path)})", guide, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/command.md")]
    [InlineData("docs/gpu.md")]
    [InlineData("docs/mlnet.md")]
    [InlineData("docs/maintainers.md")]
    [InlineData("docs/performance.md")]
    [InlineData("docs/getting-started.md")]
    [InlineData("docs/search.md")]
    public void Links_lead_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        Assert.All(
            RelativeLink.Matches(Repository.Read(page)).Select(link => link.Groups[1].Value),
            link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{page} links to {link}, which is not there."));
    }
}
