namespace AdvLib.Tests;

/// <summary>Where an engine that no notebook imports is looked for.</summary>
public sealed class BuiltRoomsTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_engine_is_what_the_build_names_and_its_packages_what_it_noted_beside_it()
    {
        Directory.CreateDirectory(_root["notebooks"]);
        File.WriteAllText(_root["notebooks", "torchsharp.csx"], $"#r \"{_root["AdvLib.TorchSharp.dll"]}\"\n");
        File.WriteAllLines(_root["AdvLib.TorchSharp.packages"], [_root["TorchSharp.dll"], _root["gone", "SkiaSharp.dll"]]);
        foreach (string file in (string[])["AdvLib.TorchSharp.dll", "TorchSharp.dll"])
            File.WriteAllText(_root[file], "");
        Assert.Equal(_root["AdvLib.TorchSharp.dll"], BuiltRooms.FileOf("AdvLib.TorchSharp", _root.Root));
        Assert.Equal(_root["TorchSharp.dll"], BuiltRooms.FileOf("TorchSharp", _root.Root));
        Assert.Null(BuiltRooms.FileOf("SkiaSharp", _root.Root));
        Assert.Null(BuiltRooms.FileOf("Newtonsoft.Json", _root.Root));
    }

    [Fact]
    public void A_format_of_model_files_is_found_so_too_and_its_native_library_for_this_machine()
    {
        Directory.CreateDirectory(_root["notebooks"]);
        string runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        string native = _root["runtimes", runtime, "native", "libonnxruntime.so"];
        string other = _root["runtimes", "other-x64", "native", "libonnxruntime.so"];
        File.WriteAllText(_root["notebooks", "onnx.csx"], $"#r \"{_root["AdvLib.Onnx.dll"]}\"\n");
        File.WriteAllLines(_root["AdvLib.Onnx.packages"], [_root["Microsoft.ML.OnnxRuntime.dll"], other, native]);
        foreach (string file in (string[])[_root["AdvLib.Onnx.dll"], _root["Microsoft.ML.OnnxRuntime.dll"], native, other])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }

        Assert.Equal(_root["AdvLib.Onnx.dll"], BuiltRooms.FileOf("AdvLib.Onnx", _root.Root));
        Assert.Equal(_root["Microsoft.ML.OnnxRuntime.dll"], BuiltRooms.FileOf("Microsoft.ML.OnnxRuntime", _root.Root));
        Assert.Equal(native, BuiltRooms.NativeFileOf("onnxruntime", _root.Root));
        Assert.Null(BuiltRooms.NativeFileOf("torch", _root.Root));
        Assert.Null(BuiltRooms.NativeFileOf("onnxruntime", null));
    }

    [Fact]
    public void Before_the_build_and_outside_of_a_repository_there_is_none()
    {
        Assert.Null(BuiltRooms.FileOf("AdvLib.TorchSharp", _root.Root));
        Assert.Null(BuiltRooms.FileOf("AdvLib.TorchSharp", null));
        Assert.Null(BuiltRooms.FileOf("TorchSharp", null));
    }

    [Fact]
    public void An_engine_that_is_not_known_is_refused_with_the_names_of_those_that_are()
    {
        var refused = Assert.Throws<EngineUnavailableException>(() => SimpleCnn.Create(Toy.Shape, 4, seed: 1, engine: "abacus"));
        Assert.Equal("An engine 'abacus'. Expected: 'built-in' or 'torchsharp'. Name one of them.", refused.Message);
    }
}
