using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AdvNotebooks.Tests.Hosts;

/// <summary>The library registers its displays with ClrKernel when it is loaded, as a cell's <c>#r</c> loads it.</summary>
[Collection(ConsoleTests.Name)]
public sealed class ClrKernelTests
{
    [Fact]
    public void Its_displays_show_themselves_and_other_objects_look_as_before()
    {
        Reset(html: true);
        Assembly library = LoadLibrary();
        foreach (object visual in (object[])[Table(library), Images(library)])
        {
            Assert.Equal(visual.GetType().GetMethod("ToHtml")!.Invoke(visual, null), Show("Html", visual));
            Assert.Equal(visual.ToString(), Show("Text", visual));
        }

        Assert.Equal("host html: 3", Show("Html", 3));
        Assert.Equal("host text: 3", Show("Text", 3));
    }

    [Fact]
    public void What_the_host_itself_cannot_show_it_still_cannot()
    {
        Reset(html: false);
        object table = Table(LoadLibrary());
        Assert.Null(Show("Html", table));
        Assert.Equal(table.ToString(), Show("Text", table));
    }

    [Fact]
    public void Another_version_of_the_host_is_left_alone()
    {
        Reset(html: true, broken: true);
        object table = Table(LoadLibrary());
        Assert.StartsWith("host html", Show("Html", table), StringComparison.Ordinal);
    }

    private static void Reset(bool html, bool broken = false) => FakeHost.Call<object>(FakeHost.ClrKernel, "DisplayFormatters", "Reset", html, broken);

    private static string? Show(string form, object value) => FakeHost.Call<string?>(FakeHost.ClrKernel, "DisplayFormatters", form, value);

    // A copy of its own, since a library is loaded once in a process and what it does then with it.
    private static Assembly LoadLibrary()
    {
        Assembly library = new AssemblyLoadContext("a cell's").LoadFromAssemblyPath(typeof(AdvLib.TableView).Assembly.Location);
        RuntimeHelpers.RunModuleConstructor(library.ManifestModule.ModuleHandle);
        return library;
    }

    private static object Table(Assembly library) => Activator.CreateInstance(library.GetType("AdvLib.TableView")!, "title", (string[])["a", "b"])!;

    // Of the same copy: what is loaded in a context finds its references there first.
    private static object Images(Assembly library)
    {
        Assembly data = AssemblyLoadContext.GetLoadContext(library)!.LoadFromAssemblyPath(typeof(AdvLib.ImageSet).Assembly.Location);
        object shape = Activator.CreateInstance(library.GetType("AdvLib.Shape")!, 1, 2, 1)!;
        return Activator.CreateInstance(data.GetType("AdvLib.ImageSet")!, "toy", shape, 2, new byte[2], new byte[1])!;
    }
}
