using System.Diagnostics;
using System.Globalization;

namespace AdvLib.Mpi.Tests;

/// <summary>Two hosts on one machine: network namespaces with addresses and host names of their own, on a bridge.</summary>
internal sealed class TwoHosts : IDisposable
{
    private static readonly string Id = (Environment.ProcessId % 10_000).ToString(CultureInfo.InvariantCulture);
    private static readonly string Net = string.Create(CultureInfo.InvariantCulture, $"10.87.{Environment.ProcessId % 250}");

    // Logs in to a host: [options] host command...
    private const string Agent = """
        #!/bin/sh
        while :; do case "$1" in -*) shift;; *) break;; esac; done
        host="NAME-${1##*.}"
        shift
        exec ip netns exec "$host" unshare --uts sh -c 'hostname "$0"; exec sh -c "$*"' "$host" "$@"
        """;

    private TwoHosts(string agent) => AgentPath = agent;

    /// <summary>What Open MPI's launcher is told.</summary>
    public string[] OpenMpi =>
    [
        "--host", $"{Net}.1:2,{Net}.2:2", "--map-by", "node", "-x", "TERM", "--mca", "plm_rsh_agent", AgentPath, "--mca", "oob_tcp_if_include", $"{Net}.0/24", "--mca", "btl_tcp_if_include", $"{Net}.0/24",
    ];

    /// <summary>What MPICH's launcher is told.</summary>
    public string[] Mpich => ["-launcher", "rsh", "-launcher-exec", AgentPath, "-localhost", $"{Net}.254", "-hosts", $"{Net}.1,{Net}.2"];

    /// <summary>The hosts' names.</summary>
    public static string[] Names => [Name(1), Name(2)];

    private string AgentPath { get; }

    /// <summary>Makes the hosts; skips the test where that is not allowed.</summary>
    public static TwoHosts Require(TempFolder folder)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Skip("Only root may make network namespaces, on Linux.");
        string agent = folder["agent"];
        File.WriteAllText(agent, Agent.Replace("NAME", $"advnb{Id}", StringComparison.Ordinal));
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var hosts = new TwoHosts(agent);
        bool made = Ip($"link add advb{Id} type bridge") && Ip($"addr add {Net}.254/24 dev advb{Id}") && Ip($"link set advb{Id} up");
        foreach (int host in (int[])[1, 2])
        {
            made = made && Ip($"netns add {Name(host)}") && Ip($"link add advv{Id}.{host} type veth peer name eth0 netns {Name(host)}") && Ip($"link set advv{Id}.{host} master advb{Id} up")
                && Ip($"-n {Name(host)} addr add {Net}.{host}/24 dev eth0") && Ip($"-n {Name(host)} link set eth0 up") && Ip($"-n {Name(host)} link set lo up");
        }

        if (made)
            return hosts;
        hosts.Dispose();
        Assert.Skip("Network namespaces cannot be made here: `ip` is not there, or is not allowed to. `apt install iproute2`.");
        return hosts;
    }

    public void Dispose()
    {
        foreach (int host in (int[])[1, 2])
            Ip($"netns del {Name(host)}");
        Ip($"link del advb{Id}");
    }

    private static string Name(int host) => string.Create(CultureInfo.InvariantCulture, $"advnb{Id}-{host}");

    private static bool Ip(string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
