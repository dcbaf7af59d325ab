namespace AdvNotebooks.Tests.Course;

/// <summary>The course's own notebooks.</summary>
internal static class CourseFolder
{
    public static string Root { get; } = FindRoot();

    /// <summary>The numbered notebooks, in order.</summary>
    public static string[] Notebooks => [.. Directory.GetFiles(Path.Combine(Root, "notebooks"), "??-*.ipynb").Order(StringComparer.Ordinal)];

    public static string Notebook(string name) => Path.Combine(Root, "notebooks", name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AdvNotebooks.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run from outside the repository.");
    }
}
