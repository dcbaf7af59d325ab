using AdvNotebooks.Cli.Kernel;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;

namespace AdvNotebooks.Tests;

/// <summary>The program's folders use each other in one direction. Between projects references see to that; within one nothing else does.</summary>
public sealed class NamespaceTests
{
    private static readonly Architecture Program = new ArchLoader().LoadAssemblies(typeof(CSharpKernel).Assembly).Build();

    [Fact]
    public void No_folder_of_the_program_uses_one_that_uses_it()
        => Assert.Empty(SliceRuleDefinition.Slices().Matching("AdvNotebooks.Cli.(*)").Should().BeFreeOfCycles().Evaluate(Program)
            .Where(result => !result.Passed).Select(result => result.Description));

    [Fact]
    public void The_rule_sees_every_folder()
    {
        string[] folders = [.. Program.Types.Select(type => type.Namespace.FullName).Where(name => name.StartsWith("AdvNotebooks.Cli.", StringComparison.Ordinal)).Distinct()];
        Assert.Contains("AdvNotebooks.Cli.Kernel", folders);
        Assert.InRange(folders.Length, 10, 30);
    }
}
