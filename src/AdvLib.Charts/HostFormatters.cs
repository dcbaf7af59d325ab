using System.Reflection;
using Plotly.NET;
using XPlot.Plotly;

namespace AdvLib.Charts;

/// <summary>
/// Tells .NET Interactive, where it is the host, how charts are shown, whoever made them. Its formatters are found by name, so that no
/// package of a host is needed.
/// </summary>
internal static class HostFormatters
{
    private const string Formatting = "Microsoft.DotNet.Interactive.Formatting";

    /// <summary>Registers both kinds of chart; does nothing in a program without that library.</summary>
    public static void Register()
    {
        Type? formatter = AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(assembly => assembly.GetName().Name == Formatting)?.GetType(Formatting + ".Formatter");
        MethodInfo? register = formatter?.GetMethod("Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]);
        MethodInfo? prefer = formatter?.GetMethod("SetPreferredMimeTypesFor", [typeof(Type), typeof(string[])]);
        if (register is null || prefer is null)
            return;
        Show(typeof(GenericChart), chart => ((GenericChart)chart).ToVisual());
        Show(typeof(PlotlyChart), chart => ((PlotlyChart)chart).ToVisual());

        void Show(Type type, Func<object, ChartView> view)
        {
            register.Invoke(null, [type, (object chart, TextWriter writer) => writer.Write(view(chart).ToHtml()), "text/html"]);
            register.Invoke(null, [type, (object chart, TextWriter writer) => writer.Write(view(chart).ToString()), "text/plain"]);
            prefer.Invoke(null, [type, (string[])["text/html", "text/plain"]]);
        }
    }
}
