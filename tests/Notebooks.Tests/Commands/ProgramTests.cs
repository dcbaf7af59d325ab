using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Tests.Commands;

/// <summary>The program as its users start it: the built advnb, in a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_succeeds_shows_epochs_and_tells_the_notebook_everything_once()
    {
        _folder.WriteSetup();
        TestNotebook.Write(_folder, "a.ipynb",
            "#!import setup.csx",
            "// parameters\nvar seed = 1UL;",
            "TrainingConsole.Default.Report(new TrainingProgress(1, 2, 10, 10, 0.5, 0.9, 320, TimeSpan.Zero, new EpochResult(1, 0.5, 0.9, null, null, 1.5)));",
            "Console.OpenStandardOutput().Write(\"raw\\n\"u8);\nSystem.IO.Path.GetFileName(Environment.CurrentDirectory) + seed");
        var (code, output, error) = await Run("run", "a.ipynb", "--seed", "42", "--output", "out");
        Assert.True(code == 0, error);
        Assert.Contains("epoch 1/2: loss 0.5000", output, StringComparison.Ordinal);
        Assert.Contains("a.ipynb: ok", output, StringComparison.Ordinal);
        JsonArray cells = Copy("a.ipynb");
        // The library's own line in the notebook, and the runner's on the screen: the child's sink is the library's default.
        Assert.Equal("epoch  1/2  loss 0.5000  accuracy 90.00%  1.5 s\n", (string?)cells[4]!["outputs"]![0]!["text"]![0]);
        JsonNode last = cells[5]!["outputs"]!.AsArray().Single(entry => (string?)entry!["output_type"] == "execute_result")!;
        Assert.Equal(Path.GetFileName(_folder.Path) + "42", (string?)last["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task A_path_with_spaces_and_letters_of_any_alphabet_and_a_home_that_takes_no_files_are_fine()
    {
        const string Name = "Zwölf Ziffern 数字 é.ipynb";
        _folder.WriteSetup("Ordner mit ğ");
        TestNotebook.Write(_folder, "Ordner mit ğ/" + Name, "#!import setup.csx", "new Shape(1, 2, 3).Size");
        ProcessStartInfo start = AdvnbProcess.StartInfo(_folder.Path, "run", "Ordner mit ğ/" + Name, "--output", "aus gabe é");
        // Nobody can write there, root neither.
        start.Environment["HOME"] = "/proc/1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        JsonNode copy = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File($"aus gabe é/{Name}"), TestContext.Current.CancellationToken))!;
        Assert.Equal("6", (string?)copy["cells"]![2]!["outputs"]![0]!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task A_failing_cell_is_exit_code_1_with_its_place()
    {
        TestNotebook.Write(_folder, "a.ipynb", "1", "var x = 1;\nnope");
        var (code, _, error) = await Run("run", "a.ipynb", "--output", "out");
        Assert.Equal(1, code);
        Assert.Contains("a.ipynb, cell [2], line 2: CompilationError: CS0103", error, StringComparison.Ordinal);
        Assert.Contains("2 | nope", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_takes_longer_than_its_time_limit_is_ended()
    {
        TestNotebook.Write(_folder, "a.ipynb", "while (true) ;", "1");
        var (code, _, error) = await Run("run", "a.ipynb", "--output", "out", "--timeout", "2.5");
        Assert.Equal(1, code);
        Assert.Contains("a.ipynb, cell [1]: CellTimeout: cell [1] took longer than 2.5 s and was ended.", error, StringComparison.Ordinal);
        Assert.Equal("CellTimeout", (string?)Copy("a.ipynb")[1]!["outputs"]![0]!["ename"]);
    }

    [Theory]
    [InlineData("run", "--bogus")]
    [InlineData("run", "good.ipynb", "-p", "epochs")]
    [InlineData("run", "good.ipynb", "-p", "nope=1")]
    [InlineData("run", "good.ipynb", "--timeout", "0")]
    [InlineData("run", "good.ipynb", "--memory", "99")]
    [InlineData("run", "good.ipynb", "--seed", "-1")]
    [InlineData("run", "none.ipynb")]
    [InlineData("run", "bad.ipynb")]
    [InlineData("run", "good.ipynb", "--all")]
    [InlineData("dance")]
    public async Task Wrong_arguments_are_exit_code_2_and_nothing_runs(params string[] arguments)
    {
        TestNotebook.Write(_folder, "good.ipynb", "1");
        _folder.Write("bad.ipynb", "not json");
        var (code, output, error) = await Run([.. arguments]);
        Assert.Equal(2, code);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("[1/1]", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Commands:")]
    [InlineData("run --help", "advnb run --quick")]
    [InlineData("--version", ".")]
    public async Task Help_and_version_are_exit_code_0(string arguments, string text)
    {
        var (code, output, _) = await Run(arguments.Split(' '));
        Assert.Equal(0, code);
        Assert.Contains(text, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alone_it_shows_its_help_and_an_unknown_command_names_the_nearest()
    {
        var (code, output, _) = await Run();
        Assert.Equal(0, code);
        Assert.Contains("Commands:", output, StringComparison.Ordinal);
        var (wrong, _, error) = await Run("rnu", "--quick");
        Assert.Equal(2, wrong);
        Assert.StartsWith("advnb: there is no command \"rnu\". Did you mean \"run\"? The commands: run, bench,", error, StringComparison.Ordinal);
        Assert.DoesNotContain("kernel", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Results_name_the_file_that_was_named()
    {
        _folder.Write("other.txt", "text");
        var (code, _, error) = await Run("results", "other.txt");
        Assert.Equal(2, code);
        Assert.Contains("other.txt is no record of a run: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("artifacts", error, StringComparison.Ordinal);
        (code, _, error) = await Run("results", "none.json");
        Assert.Equal(2, code);
        Assert.Contains("there is no none.json.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--batch-size 1", "--batch-size 1 with --split 0.5 leaves no image for a mixed batch")]
    [InlineData("--epsilon 2", "--epsilon needs a number from 0 to 1, not \"2\".")]
    [InlineData("--epochs 1.5", "--epochs needs a whole number from 1, not \"1.5\".")]
    public async Task Settings_that_do_not_fit_are_refused_before_anything_is_trained(string options, string message)
    {
        var (code, output, error) = await Run(["train", "--dataset", "synthetic", "--train-count", "64", "--test-count", "8", "--output", "out", .. options.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Without_a_network_data_says_in_five_lines_what_was_tried()
    {
        ProcessStartInfo start = AdvnbProcess.StartInfo(_folder.Path, "data", "--dir", "mnist");
        // Nobody listens there.
        foreach (string proxy in (string[])["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"])
            start.Environment[proxy] = "http://127.0.0.1:9";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string[] lines = (await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n');
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, ""), (process.ExitCode, await output));
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("advnb: MNIST could not be had: ", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 160));
    }

    [Fact]
    public async Task A_second_run_in_one_folder_is_refused_and_says_who_has_it()
    {
        TestNotebook.Write(_folder, "a.ipynb", "System.IO.File.WriteAllText(\"began\", \"\"); while (!System.IO.File.Exists(\"end\")) System.Threading.Thread.Sleep(20);");
        TestNotebook.Write(_folder, "b.ipynb", "System.IO.File.WriteAllText(\"ran\", \"\");");
        using Process holder = Start("run", "a.ipynb", "--output", "out");
        Task<string> told = holder.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_folder.File("began")))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        foreach (string[] second in (string[][])[["run", "b.ipynb", "--output", "out"], ["train", "--dataset", "synthetic", "--train-count", "64", "--test-count", "8"]])
        {
            var (code, _, error) = await Run(second);
            Assert.Equal(second[0] == "run" ? 2 : 1, code);
            Assert.Contains($"Another run works in {_folder.File("artifacts")}: process {holder.Id} on {Environment.MachineName}, advnb run a.ipynb --output out, since ", error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder.File("ran")));
        _folder.Write("end", "");
        Assert.Contains("a.ipynb: ok", await told, StringComparison.Ordinal);
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        var (free, output, _) = await Run("run", "b.ipynb", "--output", "out");
        Assert.Equal(0, free);
        Assert.StartsWith("Running b.ipynb, at full length. Ctrl-C stops, --resume goes on.", output, StringComparison.Ordinal);
        Assert.Contains($"Executed notebooks: {_folder.File("out")}", output, StringComparison.Ordinal);
        Assert.Contains("advnb report", output, StringComparison.Ordinal);
        Assert.Contains("advnb view", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digits_in_MNISTs_place_are_one_loud_line()
    {
        _folder.WriteSetup();
        TestNotebook.Write(_folder, "01-a.ipynb",
            "#!import setup.csx",
            "// parameters\nvar dataset = \"\";",
            "var data = Dataset.Load(\"synthetic\", 64, 8, 1);\nvar model = SimpleCnn.Create(data.Train.Shape, 10, 1);\nRunCard.Begin(\"01-a\", data, 1, dataset).Record(\"clean_before\", Evaluation.Of(model, data.Test), model).Save();");
        ProcessStartInfo start = AdvnbProcess.StartInfo(_folder.Path, "run", "01-a.ipynb", "--output", "out");
        start.Environment["ADVLIB_MNIST_DIR"] = _folder.File("no-mnist");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string[] lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        Assert.StartsWith("MNIST is not on this machine", lines[1], StringComparison.Ordinal);
        Assert.Single(lines, line => line.StartsWith("SYNTHETIC DIGITS, not MNIST", StringComparison.Ordinal) && line.EndsWith("advnb data", StringComparison.Ordinal));
        Assert.DoesNotContain("SYNTHETIC", (await Run("run", "01-a.ipynb", "-p", "dataset=synthetic", "--output", "out")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_data_is_that_of_the_shell_and_a_missing_one_says_where_it_was_looked_for()
    {
        Directory.CreateDirectory(_folder.File("notebooks"));
        Directory.CreateDirectory(_folder.File("mine"));
        TestNotebook.Write(_folder, "notebooks/a.ipynb", "// parameters\nvar dataset = \"\";", "dataset");
        var (code, _, error) = await Run("run", "notebooks/a.ipynb", "-p", "dataset=mine", "--output", "out");
        Assert.True(code == 0, error);
        Assert.Equal(_folder.File("mine"), (string?)Copy("a.ipynb")[3]!["outputs"]![0]!["data"]!["text/plain"]![0]);
        (code, _, error) = await Run("run", "notebooks/a.ipynb", "-p", "dataset=none");
        Assert.Equal(2, code);
        Assert.Contains($"Looked for the folder {_folder.File("none")} and {_folder.File("notebooks/none")}.", error, StringComparison.Ordinal);
        (code, _, error) = await Run("run", "33");
        Assert.Equal(2, code);
        Assert.Contains($"There is no notebook \"33\". Looked for {_folder.File("33")}, and for the course's in ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_kernel_and_is_exit_code_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends SIGINT by kill");
        TestNotebook.Write(_folder, "a.ipynb", "Console.WriteLine(\"before\"); System.IO.File.WriteAllText(\"pid\", Environment.ProcessId.ToString()); while (true) ;");
        using Process process = Start("run", "a.ipynb", "--output", "out");
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_folder.File("pid")) || new FileInfo(_folder.File("pid")).Length == 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await AdvnbProcess.Interrupt(process);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted", await error, StringComparison.Ordinal);
        int kernel = int.Parse(await File.ReadAllTextAsync(_folder.File("pid"), TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        Assert.DoesNotContain(Process.GetProcesses(), running => running.Id == kernel);
        Assert.Equal("before\n", (string?)Copy("a.ipynb")[1]!["outputs"]![0]!["text"]![0]);
    }

    [Fact]
    public async Task Work_that_takes_long_is_told_and_leaves_no_mark_in_the_notebook()
    {
        _folder.WriteSetup();
        TestNotebook.Write(_folder, "a.ipynb",
            "#!import setup.csx",
            """
            var images = new ImageSet("bars", new Shape(2, 2, 1), 2, new byte[12], new byte[3]);
            var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(2), new Softmax());
            Func<float, IAttack<IDifferentiableClassifier>> slow = epsilon => { System.Threading.Thread.Sleep(1100); return new Fgsm(epsilon); };
            EpsilonSweep.Of(model, images, slow, 0f, 0.1f).Count
            """);
        var (code, output, error) = await Run("run", "a.ipynb", "--output", "out");
        Assert.True(code == 0, error);
        Assert.Matches(@"\[1/1\]   sweep over 2 epsilons: \d+\.\d s", output);
        Assert.Equal("3", (string?)Assert.Single(Copy("a.ipynb")[2]!["outputs"]!.AsArray())!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task Ctrl_C_in_a_training_keeps_its_last_step_and_says_how_to_go_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends SIGINT by kill");
        _folder.WriteSetup();
        TestNotebook.Write(_folder, "a.ipynb",
            "#!import setup.csx",
            """
            var images = new ImageSet("bars", new Shape(2, 2, 1), 2, Enumerable.Range(0, 80).Select(i => (byte)(i * 37)).ToArray(), Enumerable.Range(0, 20).Select(i => (byte)(i % 2)).ToArray());
            var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(8), new ReLU(), new Dropout(0.5f), new Dense(2), new Softmax());
            class Slow : IProgress<TrainingProgress> { public void Report(TrainingProgress at) { if (at.Step >= 3) { System.IO.File.WriteAllText("step", ""); System.Threading.Thread.Sleep(200); } } }
            var trainer = new Trainer(model, new Adam()) { Checkpoints = new Checkpoints(Artifacts.PathOf("checkpoints/a")), Resume = Artifacts.Resume, Progress = System.IO.File.Exists("fast") ? null : new Slow() };
            trainer.Fit(images, epochs: 40, batchSize: 4);
            """,
            "model.Save(Artifacts.PathOf(\"a.safetensors\"));");
        using (Process process = Start("run", "a.ipynb", "--output", "an out"))
        {
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (!File.Exists(_folder.File("step")))
                await Task.Delay(50, TestContext.Current.CancellationToken);
            await AdvnbProcess.Interrupt(process);
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("interrupted in a.ipynb", await error, StringComparison.Ordinal);
            Assert.Contains("Go on with: advnb run a.ipynb --output 'an out' --resume", await error, StringComparison.Ordinal);
        }

        // Within the first epoch: nothing but being stopped saves there.
        Assert.NotEmpty(Directory.GetFiles(_folder.File("artifacts/checkpoints/a")));
        Assert.False(File.Exists(_folder.File("artifacts/a.safetensors")));
        _folder.Write("fast", "");
        var (code, output, resumeError) = await Run("run", "a.ipynb", "--output", "an out", "--resume");
        Assert.True(code == 0, resumeError);
        Assert.Contains("epoch 40/40", output, StringComparison.Ordinal);
        byte[] resumed = File.ReadAllBytes(_folder.File("artifacts/a.safetensors"));
        Assert.Equal(0, (await Run("run", "a.ipynb", "--output", "an out")).Code);
        Assert.Equal(File.ReadAllBytes(_folder.File("artifacts/a.safetensors")), resumed);
    }

    [Fact]
    public async Task A_run_that_was_killed_goes_on_where_it_stopped_and_ends_with_the_same_weights()
    {
        _folder.WriteSetup();
        TestNotebook.Write(_folder, "01-a.ipynb", "System.IO.File.AppendAllText(\"ran\", \"a\");");
        TestNotebook.Write(_folder, "02-b.ipynb",
            "#!import setup.csx",
            "// parameters\nvar die = false;",
            """
            var images = new ImageSet("bars", new Shape(2, 2, 1), 2, Enumerable.Range(0, 80).Select(i => (byte)(i * 37)).ToArray(), Enumerable.Range(0, 20).Select(i => (byte)(i % 2)).ToArray());
            var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(8), new ReLU(), new Dropout(0.5f), new Dense(2), new Softmax());
            class Killer : IProgress<TrainingProgress> { public void Report(TrainingProgress at) { if (at.Epoch == 4) System.Diagnostics.Process.GetCurrentProcess().Kill(); } }
            var trainer = new Trainer(model, new Adam()) { Checkpoints = new Checkpoints(Artifacts.PathOf("checkpoints/b")), Resume = Artifacts.Resume, Progress = die && !Artifacts.Resume ? new Killer() : null };
            trainer.Fit(images, epochs: 6, batchSize: 4);
            """,
            "model.Save(Artifacts.PathOf(\"b.safetensors\"));\nSystem.IO.File.AppendAllText(\"ran\", \"b\");");
        TestNotebook.Write(_folder, "03-c.ipynb", "System.IO.File.AppendAllText(\"ran\", \"c\");");

        string[] command = ["run", "01-a.ipynb", "02-b.ipynb", "03-c.ipynb", "--output", "out", "-p", "die=true"];
        Assert.Equal(1, (await Run(command)).Code);
        Assert.Equal("a", File.ReadAllText(_folder.File("ran")));
        Assert.False(File.Exists(_folder.File("artifacts/b.safetensors")));

        var (code, output, error) = await Run([.. command, "--resume"]);
        Assert.True(code == 0, error);
        Assert.Equal("abc", File.ReadAllText(_folder.File("ran")));
        Assert.Contains("epoch 6/6", output, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch 3/6", output, StringComparison.Ordinal);
        byte[] resumed = File.ReadAllBytes(_folder.File("artifacts/b.safetensors"));
        Assert.Contains("Nothing to resume", (await Run([.. command, "--resume"])).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await Run(command[..^2])).Code);
        Assert.Equal(File.ReadAllBytes(_folder.File("artifacts/b.safetensors")), resumed);
        Assert.Equal("abcabc", File.ReadAllText(_folder.File("ran")));
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(params string[] arguments) => Process.Start(AdvnbProcess.StartInfo(_folder.Path, arguments))!;

    private JsonArray Copy(string name) => JsonNode.Parse(File.ReadAllText(_folder.File($"out/{name}")))!["cells"]!.AsArray();
}
