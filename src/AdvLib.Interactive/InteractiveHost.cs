using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace AdvLib;

/// <summary>
/// .NET Interactive, the host of Polyglot Notebooks and of Jupyter's .NET kernels, as AdvLib sees it. AdvLib loads it from beside itself;
/// from a package the host loads it as its extension.
/// </summary>
public sealed class InteractiveHost : IKernelExtension, INotebookHost
{
    /// <inheritdoc/>
    public CancellationToken Stop
    {
        get
        {
            try
            {
                return KernelInvocationContext.Current?.CancellationToken ?? CancellationToken.None;
            }
            catch (ObjectDisposedException)
            {
                // The cell that started this thread has ended meanwhile.
                return CancellationToken.None;
            }
        }
    }

    /// <inheritdoc/>
    public Task OnLoadAsync(Kernel kernel)
    {
        NotebookHost.Bind(this);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Shows every visual, the reader's own too, as the HTML it makes of itself and as text; AdvLib's types say so by an attribute besides.
    /// </summary>
    public void Attach()
    {
        Formatter.Register<IVisual>((visual, writer) => writer.Write(visual.ToHtml()), HtmlFormatter.MimeType);
        Formatter.Register<IVisual>((visual, writer) => writer.Write(visual.ToString()), PlainTextFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(IVisual), HtmlFormatter.MimeType, PlainTextFormatter.MimeType);
    }

    /// <inheritdoc/>
    public Func<IVisual, bool>? Show(IVisual visual)
    {
        if (KernelInvocationContext.Current is not { IsComplete: false } cell)
            return null;
        // Its own display(value) gives an output that cannot be updated.
        DisplayedValue output = cell.Display(visual, HtmlFormatter.MimeType);
        return other =>
        {
            output.Update(other);
            return !cell.IsComplete;
        };
    }
}
