using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Runner;

/// <summary>Turns a request into notebooks that are ready to run, or refuses it before anything has run.</summary>
internal static class RunPlan
{
    /// <summary>Finds and reads the notebooks and sets their parameters.</summary>
    /// <param name="options">The request.</param>
    /// <param name="folder">Folder of the course's notebooks.</param>
    /// <param name="artifacts">Folder of the artifacts.</param>
    /// <returns>The notebooks, in the order to run them; when resuming, without the first ones that are done.</returns>
    /// <exception cref="NotebookException">A notebook cannot be found or run, or a parameter not set.</exception>
    public static IReadOnlyList<NotebookRun> Create(RunOptions options, string folder, string artifacts)
    {
        string output = Path.GetFullPath(options.Output ?? Path.Combine(artifacts, "notebooks"));
        Notebook[] notebooks = [.. Find(options, folder).Select(Notebook.Load)];
        SetParameters(notebooks, options);
        NotebookRun[] runs = [.. notebooks.Select(notebook => new NotebookRun(notebook, Path.Combine(output, notebook.CopyName)))];

        foreach (NotebookRun run in runs)
        {
            if (notebooks.FirstOrDefault(notebook => FileIdentity.WouldReplace(run.Output, notebook.CopyPath)) is { } replaced)
            {
                throw new NotebookException(
                    $"The executed copy of {run.Notebook.Name} would replace "
                        + $"{(replaced == run.Notebook ? "the notebook itself" : $"the notebook {replaced.Path}")}.",
                    "an output folder other than the notebook's.",
                    "Choose another --output.");
            }
        }

        if (runs.GroupBy(run => run.Output, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new NotebookException($"Two notebooks of this run are called {Path.GetFileName(twice.Key)}.",
                "different names, as the executed copies share a folder.", "Run them one by one.");
        return options.Resume ? [.. runs.SkipWhile(run => run.IsDone())] : runs;
    }

    private static string[] Find(RunOptions options, string folder)
    {
        if (options.Notebooks.Count > 0)
            return [.. options.Notebooks.Select(name => Resolve(name, folder))];
        string last = options.All ? "99" : "05";
        string[] numbered = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.ipynb")
                .Where(path => IsNumbered(Path.GetFileName(path), last)).Order(StringComparer.Ordinal)]
            : [];
        return numbered.Length > 0
            ? numbered
            : throw new NotebookException($"There are no numbered notebooks in {folder}.", "01-….ipynb and so on.",
                "Run advnb inside the repository, or name a notebook.");
    }

    private static bool IsNumbered(string name, string last)
        => name.Length > 3 && char.IsAsciiDigit(name[0]) && char.IsAsciiDigit(name[1]) && name[2] == '-'
            && string.CompareOrdinal(name[..2], "01") >= 0 && string.CompareOrdinal(name[..2], last) <= 0;

    private static string Resolve(string name, string folder)
    {
        if (File.Exists(name))
            return name;
        string[] stems = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.ipynb", SearchOption.AllDirectories)
                .Select(path => Path.ChangeExtension(Path.GetRelativePath(folder, path), null))
                .Where(stem => !stem.StartsWith('.')) // editors' checkpoints
                .Order(StringComparer.Ordinal)]
            : [];
        string wanted = name.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) ? Path.ChangeExtension(name, null) : name;
        string[] matches = [.. stems.Where(stem => Path.GetFileName(stem) == wanted || stem == wanted)];
        if (matches.Length == 0)
            matches = [.. stems.Where(stem => Path.GetFileName(stem).StartsWith(wanted, StringComparison.Ordinal))];
        return matches.Length switch
        {
            1 => Path.Combine(folder, matches[0] + ".ipynb"),
            0 => throw new NotebookException(
                $"There is no notebook \"{name}\". "
                + $"Looked for {Path.GetFullPath(name)}, and for the course's in {folder}{(stems.Length == 0 ? ", which has none" : "")}.",
                stems.Length == 0 ? "a file." : $"a file, or one of {string.Join(", ", stems)}.",
                Nearest.To(wanted, stems) is { } nearest ? $"Did you mean \"{nearest}\"?"
                    : stems.Length == 0 ? "Run advnb inside the repository, or correct the path." : "Correct the name."),
            _ => throw new NotebookException(
                $"\"{name}\" fits several notebooks: {string.Join(", ", matches)}.", "the name of one.", "Write more of the name."),
        };
    }

    private static void SetParameters(Notebook[] notebooks, RunOptions options)
    {
        if (options.Parameters.Count == 0 && !options.Quick)
            return;
        var declared = notebooks.ToDictionary(notebook => notebook, ParametersCell.Read);
        string[] known = [.. declared.Values.SelectMany(parameters => parameters).Select(parameter => parameter.Name).Distinct()];
        foreach (var (name, _) in options.Parameters)
        {
            if (!known.Contains(name))
                throw new UnknownParameterException(name, known);
        }

        foreach (var (notebook, parameters) in declared)
        {
            var wanted = options.Quick ? new Dictionary<string, string>(notebook.QuickValues) : [];
            if (wanted.Keys.FirstOrDefault(name => parameters.All(parameter => parameter.Name != name)) is { } unknown)
                throw new NotebookException($"{notebook.Name} has a quick value for \"{unknown}\".",
                    "a name that its parameters cell declares.", "Correct metadata.advnotebooks.quick.");
            foreach (var (name, value) in options.Parameters)
                wanted[name] = name == DatasetFolder.Parameter
                    ? DatasetFolder.Resolve(value, Path.GetDirectoryName(notebook.Path)!)
                    : value;
            ParametersCell.Inject(notebook, [.. parameters
                .Where(parameter => wanted.ContainsKey(parameter.Name))
                .Select(parameter => (parameter, parameter.ToLiteral(wanted[parameter.Name])))]);
        }
    }
}
