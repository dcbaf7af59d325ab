// Stands in for built.csx until `dotnet build` has run: this cell says so in a line, and so does every cell that uses one of the names below.
static class NotBuilt
{
    public const string Says = "AdvLib is not built yet: run \"dotnet build\" once in the repository's folder, then restart this notebook's kernel.";
}
[Obsolete(NotBuilt.Says, error: true)] static class Artifacts;
[Obsolete(NotBuilt.Says, error: true)] static class CertifiedAccuracy;
[Obsolete(NotBuilt.Says, error: true)] static class Dataset;
[Obsolete(NotBuilt.Says, error: true)] static class Evaluation;
[Obsolete(NotBuilt.Says, error: true)] static class FastGradientSign;
[Obsolete(NotBuilt.Says, error: true)] static class Fgsm;
[Obsolete(NotBuilt.Says, error: true)] interface IDifferentiableClassifier;
[Obsolete(NotBuilt.Says, error: true)] static class LineChart;
[Obsolete(NotBuilt.Says, error: true)] static class Network;
[Obsolete(NotBuilt.Says, error: true)] static class PlotlyJs;
[Obsolete(NotBuilt.Says, error: true)] static class Pgd;
[Obsolete(NotBuilt.Says, error: true)] static class RunCard;
[Obsolete(NotBuilt.Says, error: true)] static class Sentences;
[Obsolete(NotBuilt.Says, error: true)] static class SimpleCnn;
[Obsolete(NotBuilt.Says, error: true)] static class TableView;
[Obsolete(NotBuilt.Says, error: true)] static class TorchModel;
[Obsolete(NotBuilt.Says, error: true)] static class TorchNative;
[Obsolete(NotBuilt.Says, error: true)] static class baseline;
[Obsolete(NotBuilt.Says, error: true)] static class card;
[Obsolete(NotBuilt.Says, error: true)] static class chart;
[Obsolete(NotBuilt.Says, error: true)] static class clean;
[Obsolete(NotBuilt.Says, error: true)] static class curve;
[Obsolete(NotBuilt.Says, error: true)] static class curveBefore;
[Obsolete(NotBuilt.Says, error: true)] static class data;
[Obsolete(NotBuilt.Says, error: true)] static class history;
[Obsolete(NotBuilt.Says, error: true)] static class mixed;
[Obsolete(NotBuilt.Says, error: true)] static class model;
[Obsolete(NotBuilt.Says, error: true)] static class monitor;
[Obsolete(NotBuilt.Says, error: true)] static class recorded;
[Obsolete(NotBuilt.Says, error: true)] static class report;
[Obsolete(NotBuilt.Says, error: true)] static class splits;
[Obsolete(NotBuilt.Says, error: true)] static class test;
[Obsolete(NotBuilt.Says, error: true)] static class torch;
Console.WriteLine(NotBuilt.Says);
