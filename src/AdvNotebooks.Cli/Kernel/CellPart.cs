using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>A piece of a cell: C#, or a directive that the host carries out.</summary>
/// <param name="Line">Its first line in the cell, from 1.</param>
internal abstract record CellPart(int Line);

/// <summary>C# to compile.</summary>
/// <param name="Line">Its first line in the cell.</param>
/// <param name="Code">The code, preceded by as many empty lines as keep every line at its number.</param>
internal sealed record CodePart(int Line, string Code) : CellPart(Line);

/// <summary><c>#!import file</c> or <c>#load "file"</c>: run a file as if it stood here.</summary>
/// <param name="Line">The directive's line.</param>
/// <param name="Path">The file as written.</param>
internal sealed record ImportPart(int Line, string Path) : CellPart(Line);

/// <summary><c>#r "file.dll"</c>: reference an assembly.</summary>
/// <param name="Line">The directive's line.</param>
/// <param name="Path">The file, or the name of a framework assembly, as written.</param>
internal sealed record ReferencePart(int Line, string Path) : CellPart(Line);

/// <summary><c>#r "nuget: id, version"</c>: reference a package.</summary>
/// <param name="Line">The directive's line.</param>
/// <param name="Package">The package.</param>
internal sealed record PackagePart(int Line, PackageReference Package) : CellPart(Line);

/// <summary><c>#i "nuget: source"</c>: look for packages there too.</summary>
/// <param name="Line">The directive's line.</param>
/// <param name="Source">A feed's address, or a folder as written.</param>
internal sealed record SourcePart(int Line, string Source) : CellPart(Line);

/// <summary>Prose or markup to show: what stands behind <c>#!markdown</c> or <c>#!html</c>.</summary>
/// <param name="Line">Its first line in the cell.</param>
/// <param name="Language">The language, as <see cref="Notebooks.CellLanguage"/> has it.</param>
/// <param name="Text">The text.</param>
internal sealed record TextPart(int Line, string Language, string Text) : CellPart(Line);

/// <summary>Code of another language, which is not executed here.</summary>
/// <param name="Line">Its first line in the cell.</param>
/// <param name="Language">The language, for readers.</param>
internal sealed record ForeignPart(int Line, string Language) : CellPart(Line);

/// <summary><c>#!time</c>: show how long the cell takes.</summary>
/// <param name="Line">The directive's line.</param>
internal sealed record TimePart(int Line) : CellPart(Line);
