using System.Text.Json.Serialization;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>Something a kernel reports while it executes a cell; one JSON line each on the way from the child process.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(StreamEvent), "stream")]
[JsonDerivedType(typeof(DisplayEvent), "display")]
[JsonDerivedType(typeof(UpdateEvent), "update")]
[JsonDerivedType(typeof(ResultEvent), "result")]
[JsonDerivedType(typeof(ProgressEvent), "progress")]
[JsonDerivedType(typeof(CutEvent), "cut")]
[JsonDerivedType(typeof(WorkEvent), "work")]
[JsonDerivedType(typeof(CellDoneEvent), "done")]
internal abstract record KernelEvent;

/// <summary>Text written to the console.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>, as nbformat calls them.</param>
/// <param name="Text">The text, with its line ends.</param>
internal sealed record StreamEvent(string Name, string Text) : KernelEvent;

/// <summary>A value shown by <c>display(...)</c> or <c>.Display()</c>.</summary>
/// <param name="Id">Identifies the output to later <see cref="UpdateEvent"/>s.</param>
/// <param name="Data">MIME type to text.</param>
internal sealed record DisplayEvent(string Id, SortedDictionary<string, string> Data) : KernelEvent;

/// <summary>A shown value has been replaced.</summary>
/// <param name="Id">The <see cref="DisplayEvent"/>'s identity.</param>
/// <param name="Data">MIME type to text.</param>
internal sealed record UpdateEvent(string Id, SortedDictionary<string, string> Data) : KernelEvent;

/// <summary>The value of a cell's last expression.</summary>
/// <param name="Data">MIME type to text.</param>
internal sealed record ResultEvent(SortedDictionary<string, string> Data) : KernelEvent;

/// <summary>Where a training run stands.</summary>
/// <param name="Training">The trainer's own report.</param>
internal sealed record ProgressEvent(TrainingProgress Training) : KernelEvent;

/// <summary>Where a long computation stands.</summary>
/// <param name="Progress">The computation's own report.</param>
internal sealed record WorkEvent(WorkProgress Progress) : KernelEvent;

/// <summary>Output was dropped here, as the cell put out more than <see cref="OutputBudget.Characters"/>.</summary>
internal sealed record CutEvent : KernelEvent;

/// <summary>A cell has ended; behind the last cell, the kernel.</summary>
/// <param name="Error">What stopped it; null when it succeeded.</param>
internal sealed record CellDoneEvent(CellError? Error) : KernelEvent;
