using AdvLib;
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
}
