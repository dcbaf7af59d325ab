namespace AdvNotebooks.Tests;

/// <summary>Tests that run cells in this process: they replace the process's console, so one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests
{
    public const string Name = "console";
}
