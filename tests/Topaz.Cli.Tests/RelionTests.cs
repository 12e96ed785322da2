using System.Diagnostics;
using System.Globalization;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Tests;

/// <summary>
/// Plays RELION's part (version 5, <c>relion_autopick --topaz_train</c> and <c>--topaz_extract</c>): the lists it writes, the scripts
/// it runs in a shell, what it expects to find afterwards, how it reads picks, and what it removes.
/// </summary>
public sealed class RelionTests(DataSet data) : IClassFixture<DataSet>
{
    private const int Downscale = 2, Rank = 0;

    // What a user may add in the GUI, here so that it is over soon.
    private const string AdditionalArguments = "-m conv31 --units 4 --epoch-size 12 --minibatch-size 32";

    [Fact]
    public void Training_and_extraction_as_RELION_does_them()
    {
        string job = Train("AutoPick/job006/");
        foreach (string image in (string[])["simulated_0000", "simulated_0001"])
        {
            List<(double X, double Y, double Score)> picks = Extract("AutoPick/job007/", $"{job}model_epoch10.sav", image);
            Assert.NotEmpty(picks);
            Assert.All(picks, pick => Assert.True(pick.X is >= 0 and < 256 && pick.Y is >= 0 and < 256 && pick.Score > -6));
            // Suppression leaves picks farther apart than the radius.
            Assert.All(picks, pick => Assert.DoesNotContain(picks, other => other != pick && Distance(pick, other) <= 6 * Downscale));
        }

        List<(double X, double Y, double Score)> ends = Extract(
            "AutoPick/job008/", $"{job}model_epoch10.sav", "simulated_0001", " --filaments  --filaments_length 20");
        Assert.Equal(0, ends.Count % 2);
        Assert.Empty(Extract("AutoPick/job009/", $"{job}model_epoch10.sav", "simulated_0001", threshold: "1000.000000"));
    }

    /// <summary>As <c>AutoPicker::trainTopaz</c> does.</summary>
    private string Train(string job)
    {
        Directory.CreateDirectory(data[job + "proc"]);
        ParticleTable labels = ParticleFile.Read(data["data/particles.txt"]);
        var lists = new Dictionary<string, StringWriter>
        {
            ["image_list_train"] = new(),
            ["image_list_test"] = new(),
            ["target_list_train"] = new(),
            ["target_list_test"] = new(),
        };
        for (int i = 0; i < labels.Micrographs.Count; i++)
        {
            string name = labels.Micrographs[i], local = string.Create(CultureInfo.InvariantCulture, $"mic{i:000000}");
            Preprocess(name, $"{job}proc/{local}.mrc");
            string part = i % 2 == 0 ? "train" : "test";
            lists["image_list_" + part].Write($"{local}\t{data[$"{job}proc/{local}.mrc"]}\n");
            foreach (Particle label in labels[name])
                lists["target_list_" + part].Write(string.Create(CultureInfo.InvariantCulture, $"{local}\t{Scaled(label.X)}\t{Scaled(label.Y)}\n"));
        }

        foreach ((string list, StringWriter lines) in lists)
            data.Write($"{job}proc/{list}.txt", (list.StartsWith("image", StringComparison.Ordinal) ? "image_name\tpath\n" : "image_name\tx_coord\ty_coord\n") + lines);

        Run(job + "topaz_train.bash", ">> " + job + "run.out",
            $"topaz train  -n 20 -r 2 -o {job}model_training.txt --num-threads=1 --num-workers=1"
            + $" --train-images={job}proc/image_list_train.txt --test-images={job}proc/image_list_test.txt"
            + $" --train-targets={job}proc/target_list_train.txt --test-targets={job}proc/target_list_test.txt"
            + $" --save-prefix={job}model {AdditionalArguments}");
        Directory.Delete(data[job + "proc"], recursive: true);
        Assert.StartsWith("epoch\titer\tsplit\tloss\t", File.ReadLines(data[job + "model_training.txt"]).First());
        return job;
    }

    /// <summary>As <c>AutoPicker::autoPickTopazOneMicrograph</c> does.</summary>
    private List<(double X, double Y, double Score)> Extract(string job, string model, string image, string flags = "", string threshold = "-6.000000")
    {
        Directory.CreateDirectory(data[job + "proc"]);
        string local = string.Create(CultureInfo.InvariantCulture, $"rank{Rank:000000}");
        Preprocess(image, $"{job}proc/{local}.mrc");
        Run($"{job}{local}.bash", $"> {job}{local}.log",
            $"topaz extract {flags} -t {threshold} -r 6 -d -1 -x {Downscale} -m {model} -o {job}proc/{local}.txt {job}proc/{local}.mrc ");
        List<(double X, double Y, double Score)> picks = ReadTopazCoordinates(data[$"{job}proc/{local}.txt"]);
        // RELION ends with an error where it cannot remove these.
        Assert.Equal([$"{local}.mrc", $"{local}.txt"], Directory.EnumerateFiles(data[job + "proc"]).Select(path => Path.GetFileName(path)).Order());
        File.Delete(data[$"{job}proc/{local}.mrc"]);
        File.Delete(data[$"{job}proc/{local}.txt"]);
        return picks;
    }

    /// <summary>As <c>AutoPicker::readTopazCoordinates</c> does: columns by what their headings contain, up to the first short line.</summary>
    private static List<(double X, double Y, double Score)> ReadTopazCoordinates(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] heading = Words(lines[0]);
        Assert.True(heading.Length >= 3);
        int x = Array.FindIndex(heading, word => word.Contains("x_coord", StringComparison.Ordinal)), y = Array.FindIndex(heading, word => word.Contains("y_coord", StringComparison.Ordinal)),
            score = Array.FindIndex(heading, word => word.Contains("score", StringComparison.Ordinal));
        Assert.True(x >= 0 && y >= 0 && score >= 0, lines[0]);
        return [.. lines.Skip(1).TakeWhile(line => line.Length >= 2).Select(Words).Select(words => (Number(words[x]), Number(words[y]), Number(words[score])))];

        static string[] Words(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
    }

    /// <summary>As <c>AutoPicker::preprocessMicrographTopaz</c> does: cropped in Fourier space, mean 0, standard deviation 1.</summary>
    private void Preprocess(string image, string path) => MrcFile.Write(data[path], Preprocessor.Apply(
        MicrographFile.Read(data[$"data/micrographs/{image}.mrc"]), new Preprocessing(Downscale, Normalization.Affine)));

    /// <summary>Writes a script and lets a shell run it; RELION only warns of a failure.</summary>
    private void Run(string script, string log, string line)
    {
        data.Write(script, $"#!/bin/bash\n{line}\n");
        data.Write("bin/topaz", $"#!/bin/sh\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "topaz.dll")} \"$@\"\n");
        var start = new ProcessStartInfo("bash", ["-c", $"chmod +x bin/topaz; PATH=$PWD/bin:$PATH; /bin/bash {script} {log} 2>&1"]) { WorkingDirectory = data.FullName };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        string said = File.ReadAllText(data[log.TrimStart('>', ' ')]);
        Assert.True(process.ExitCode == 0, said);
        Assert.DoesNotContain("warning", said);
    }

    private static int Scaled(double coordinate) => (int)Math.Round(coordinate / Downscale, MidpointRounding.AwayFromZero);

    private static double Distance((double X, double Y, double Score) a, (double X, double Y, double Score) b) =>
        Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));
}
