using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;
using AdvLib;
using AdvLib.Numerics;
using TestChild;

// What tests do in processes of their own.
switch (args)
{
    // Trains on from the newest checkpoint in a folder, and says so after every step; it is there to be killed.
    case ["train", var folder]:
        new SavedRun(folder).Train(resume: true, () => Console.WriteLine("stepped"));
        break;

    // Loads MNIST from a cache, or downloads it there; says how many images it got.
    case ["fetch", var cache, var mirror, .. var checksums]:
        var sources = new MnistSources { Variable = null, Cache = cache, Mirrors = [new Uri(mirror)], Checksums = checksums };
        Console.WriteLine(Mnist.Load(null, sources, CancellationToken.None).Train.Count);
        break;

    // Says under which settings it runs, then runs the recipe on so many threads and says what came of it.
    case ["recipe", var threads]:
        string configuration = typeof(Shape).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Console.WriteLine($"{configuration}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, culture '{CultureInfo.CurrentCulture.Name}', 1.5 is {1.5}");
        foreach (string line in Recipe.Run(new ThreadTeam(int.Parse(threads, CultureInfo.InvariantCulture))))
            Console.WriteLine(line);
        break;

    // Runs the recipe again and again; after every tenth it says what the process holds: live bytes, working set, handles, threads.
    case ["soak", var recipes]:
        using (var process = Process.GetCurrentProcess())
        {
            // The first stack trace opens three assemblies, at a recipe that chance decides; here it is before all of them.
            _ = new StackTrace(fNeedFileInfo: true).ToString();
            string first = string.Join('\n', Recipe.Run(ThreadTeam.Shared));
            for (int i = 1; i <= int.Parse(recipes, CultureInfo.InvariantCulture); i++)
            {
                if (string.Join('\n', Recipe.Run(ThreadTeam.Shared)) != first)
                    throw new InvalidOperationException($"Recipe {i} gave something else than the first.");
                if (i % 10 > 0)
                    continue;
                GC.Collect();
                GC.WaitForPendingFinalizers();

                // Garbage's memory goes back to the system little by little: the working set is read once that is over.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                Thread.Sleep(300);
                process.Refresh();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(false)} {process.WorkingSet64} {process.HandleCount} {process.Threads.Count}"));
            }
        }

        break;

    // As a rank of an MPI job: every call that AdvLib.Mpi has.
    case ["ranks"]:
        return RankChecks.Run();
}

return 0;
