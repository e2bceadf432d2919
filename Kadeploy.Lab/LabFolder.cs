namespace Kadeploy.Lab;

/// <summary>The files of one lab.</summary>
public sealed class LabFolder
{
    /// <summary>Names a lab's folder.</summary>
    /// <param name="path">An absolute path of letters, digits and <c>/._+-</c>, since configuration files of the lab's programs name it.</param>
    /// <exception cref="ConfigurationException">The path has other characters.</exception>
    public LabFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (!Path.All(static c => char.IsAsciiLetterOrDigit(c) || "/._+-".Contains(c, StringComparison.Ordinal)))
            throw new ConfigurationException($"the lab's folder '{path}' has characters other than letters, digits and /._+-; name another with --state");
    }

    /// <summary>Gets the folder itself.</summary>
    public string Path { get; }

    /// <summary>Gets the lab's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Gets the description of the lab for programs, in JSON.</summary>
    public string Inventory => In("inventory.json");

    /// <summary>Gets the file with the BMCs' password.</summary>
    public string BmcPassword => In("bmc-password");

    /// <summary>Gets the private key whose owner may log in to nodes.</summary>
    public string SshKey => In("ssh-key");

    /// <summary>Gets the folder that TFTP and HTTP serve.</summary>
    public string BootFiles => In("boot");

    /// <summary>Gets the folder of boot profiles.</summary>
    public string Profiles => System.IO.Path.Combine(BootFiles, "pxelinux.cfg");

    /// <summary>Gets the configuration with which Kadeploy deploys the nodes; a lab without a kernel has none.</summary>
    public string Configuration => In("kadeploy.yml");

    /// <summary>Gets what the supervisor says.</summary>
    public string Log => In("supervisor.log");

    internal string Options => In("options.json");

    internal string Process => In("process");

    internal string Requests => In("requests");

    internal string ChassisHook => In("chassis-control");

    internal string Memory => In("memory");

    internal string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Gives the files of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its folder.</returns>
    public NodeFolder Of(LabNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new(In(node.Name));
    }
}

/// <summary>The files of one node of a lab.</summary>
/// <param name="Path">Its folder.</param>
public sealed record NodeFolder(string Path)
{
    /// <summary>Gets the log of the serial console.</summary>
    public string ConsoleLog => In("console.log");

    /// <summary>Gets a machine's disk.</summary>
    public string Disk => In("disk.qcow2");

    /// <summary>Gets the file that says whether the node is on: <c>1</c> or <c>0</c>.</summary>
    public string Power => In("power");

    /// <summary>Gets the file that says from what the node boots next: <c>none</c> for its own order.</summary>
    public string Boot => In("boot");

    /// <summary>The file whose presence keeps the node from booting.</summary>
    internal string NoBoot => In("no-boot");

    /// <summary>The number of the BMC's process, as it is inside the lab.</summary>
    internal string BmcProcess => In("bmc-process");

    internal string Answers => In("answers");

    internal string LanConfiguration => In("lan.conf");

    internal string Emulation => In("sim.emu");

    internal string BmcState => In("bmc");

    internal string FirmwareVariables => In("firmware-variables.fd");

    internal string In(string name) => System.IO.Path.Combine(Path, name);
}
