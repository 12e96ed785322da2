using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Microsoft.ML;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>The packages, made from what was built for these tests, and used by a project that knows nothing of the repository.</summary>
public sealed class PackageTests(SimulatedData data) : IClassFixture<SimulatedData>, IDisposable
{
    private static readonly bool HasMLNet = typeof(MLContext).Assembly.GetName().Name == "Microsoft.ML.Data";

    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static readonly string PackageFolder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-package-").FullName;

    private string Feed => Path.Combine(_folder, "feed");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Packages_without_MLNet_declare_what_they_need()
    {
        Run(Repository.Root, Pack("Topaz.Core"));
        Run(Repository.Root, Pack("Topaz.Search"));
        Assert.Equal(["CsvHelper", "MathNet.Numerics"], Dependencies("Topaz.Core").Select(dependency => dependency.Id));
        Assert.Equal(
            ["Microsoft.Data.Sqlite.Core", "SQLitePCLRaw.bundle_e_sqlite3", "Topaz.Core"], Dependencies("Topaz.Search").Select(dependency => dependency.Id));
    }

    [SkippableFact]
    public void The_package_with_MLNet_declares_what_it_needs_and_runs_the_quick_start_elsewhere()
    {
        Skip.IfNot(HasMLNet, "These tests were built with the subset of ML.NET.");
        Run(Repository.Root, Pack("Topaz.Core"));
        Run(Repository.Root, Pack("Topaz.Search"));
        Run(Repository.Root, Pack("Topaz.MLNet"));
        Assert.Equal([("Microsoft.ML", "4.0.2"), ("Topaz.Core", "0.1.0"), ("Topaz.Search", "0.1.0")], Dependencies("Topaz.MLNet"));

        WriteConsumer();
        Run(_folder, ["build", "-c", "Release", "-o", "out"]);
        string trained = Run(_folder, ["out/consumer.dll", Path.Combine(data.Folder, "*.mrc"), data.ParticlePath]);
        Assert.Contains("AUPRC", trained, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "picker.zip")));
    }

    [SkippableFact]
    public void The_subset_of_MLNet_is_not_packed()
    {
        Skip.If(HasMLNet, "These tests were built with Microsoft.ML.");
        string said = Run(Repository.Root, Pack("Topaz.MLNet"), succeeds: false);
        string error = Assert.Single(said.Split('\n').Where(line => line.Contains(": error", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct());
        Assert.Contains("Topaz.MLNet cannot be packed here", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Feed) && Directory.EnumerateFileSystemEntries(Feed).Any());
    }

    private string[] Pack(string project) =>
        ["pack", Path.Combine("src", project), "--no-build", "-c", Configuration, "-o", Feed, $"-p:MLNet={(HasMLNet ? "package" : "subset")}"];

    private IEnumerable<(string Id, string Version)> Dependencies(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(Directory.GetFiles(Feed, package + ".*.nupkg").Single());
        using Stream nuspec = archive.GetEntry(package + ".nuspec")!.Open();
        Assert.NotNull(archive.GetEntry($"lib/net10.0/{package}.xml"));
        Assert.NotNull(archive.GetEntry("README.md"));
        return [.. XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value)).Order()];
    }

    /// <summary>A project around the README's lines, with less training.</summary>
    private void WriteConsumer()
    {
        string[] shown = DocumentationTests.Code(Repository.Read("README.md")).Single();
        string code = string.Join('\n', shown);
        string quick = code.Replace("NumberOfEpochs = 3, UpdatesPerEpoch = 100", "NumberOfEpochs = 1, UpdatesPerEpoch = 4, MinibatchSize = 16", StringComparison.Ordinal);
        Assert.NotEqual(code, quick);
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), $"""
            using Microsoft.ML;
            string images = args[0], particles = args[1];
            double radius = 12, expected = 20;
            {quick}
            """);
        File.WriteAllText(Path.Combine(_folder, "consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Topaz.MLNet" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        // All else is taken from where it was restored for these tests, without a network.
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="built" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{PackageFolder}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    private string Run(string folder, IEnumerable<string> words, bool succeeds = true)
    {
        var start = new ProcessStartInfo("dotnet", words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // No servers that stay behind and hold the output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        if (folder == _folder)
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', words)} did not end.");
        }

        string said = output.Result + error.Result;
        Assert.True(process.ExitCode == 0 == succeeds, $"dotnet {string.Join(' ', words)}: exit code {process.ExitCode}\n{said}");
        return said;
    }
}
