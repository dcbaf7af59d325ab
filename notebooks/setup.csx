// What the first cell of every notebook imports. `dotnet build` writes built.csx beside this file: references to AdvLib where it was built.
if (System.IO.File.Exists("not-built.csx") && !System.IO.File.Exists("built.csx"))
{
    System.IO.File.Copy("not-built.csx", "built.csx");
    System.IO.File.WriteAllText("charts.csx", "_ = typeof(PlotlyJs);");
    System.IO.File.WriteAllText("torchsharp.csx", "_ = typeof(TorchNative);");
}
#!import built.csx
