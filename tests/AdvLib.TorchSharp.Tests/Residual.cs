using TorchSharp.Modules;
using static TorchSharp.torch;

#pragma warning disable IDE1006 // TorchSharp takes the names of weights from the fields

namespace AdvLib.TorchSharp.Tests;

/// <summary>
/// A small residual network with batch normalization and dropout, as a reader would write it; tests/golden/make_torchscript.py has the
/// same in PyTorch.
/// </summary>
internal sealed class Residual : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly Block block;
    private readonly nn.Module<Tensor, Tensor> dropout = nn.Dropout(0.25);
    private readonly Linear head;

    public Residual(Shape shape, int classes)
        : base(nameof(Residual))
    {
        stem = nn.Conv2d(shape.Channels, 8, 3, stride: 2, padding: 1);
        block = new Block(8);
        head = nn.Linear(8 * ((shape.Height + 1) / 2) * ((shape.Width + 1) / 2), classes);
        RegisterComponents();
    }

    /// <summary>The normalization inside.</summary>
    public nn.Module Norm => block.first_norm;

    public override Tensor forward(Tensor x) => head.call(dropout.call(block.call(stem.call(x).relu()).flatten(1)));

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        internal readonly BatchNorm2d first_norm;
        private readonly Conv2d first;
        private readonly Conv2d second;
        private readonly BatchNorm2d second_norm;

        public Block(int channels)
            : base(nameof(Block))
        {
            first = nn.Conv2d(channels, channels, 3, padding: 1, bias: false);
            first_norm = nn.BatchNorm2d(channels);
            second = nn.Conv2d(channels, channels, 3, padding: 1, bias: false);
            second_norm = nn.BatchNorm2d(channels);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => x.add(second_norm.call(second.call(first_norm.call(first.call(x)).relu()))).relu();
    }
}
