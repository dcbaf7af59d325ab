// What the first cell of every notebook imports. `dotnet build` writes built.csx beside this file: references to AdvLib where it was built.
class NotBuilt() : Exception("AdvLib is not built yet: run \"dotnet build\" once in the repository's folder, then this cell again.")
{
    public override string StackTrace => "";
    public override string ToString() => Message;
}
if (System.IO.File.Exists("setup.csx") && !System.IO.File.Exists("built.csx"))
    throw new NotBuilt();
#!import built.csx
