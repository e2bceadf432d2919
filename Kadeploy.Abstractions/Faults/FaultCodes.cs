using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>One row of the table of faults.</summary>
/// <param name="Code">The code.</param>
/// <param name="Title">What it means, in a few words.</param>
/// <param name="SuggestedAction">What to do next.</param>
public sealed record FaultDefinition(FaultCode Code, string Title, string SuggestedAction);

/// <summary>The table of all faults. Codes are never reused and never change their meaning.</summary>
/// <remarks>KA1…: refused before anything was touched. KA20: power. KA21: boot. KA22: disk. KA23: broadcast. KA24: post-install and boot
/// loader. KA25: verification. KA26: consoles. KA3…: the operation or the engine. KA4…: the store.</remarks>
public static class FaultCodes
{
    private static readonly List<FaultDefinition> Table = [];

    /// <summary>Gets "the request is not valid".</summary>
    public static FaultCode InvalidRequest { get; } = Define(1001, "The request is not valid", "Correct what the message names and ask again.");

    /// <summary>Gets "the node is busy with another operation".</summary>
    public static FaultCode NodeBusy { get; } = Define(1101, "The node is busy with another operation",
        "Wait for the operation that the message names, or cancel it with 'kadeploy cancel'.");

    /// <summary>Gets "the driver cannot do this".</summary>
    public static FaultCode DriverMissing { get; } = Define(1201, "No driver can do this",
        "Configure a driver for what the message names, or choose an instance that does not need it.");

    /// <summary>Gets "not allowed".</summary>
    public static FaultCode NotAllowed { get; } = Define(1301, "The user may not do this", "Ask an administrator for the right that the message names.");

    /// <summary>Gets "others have rights there".</summary>
    public static FaultCode RightsConflict { get; } = Define(1302, "The right is at odds with others",
        "Look at what there is with 'kadeploy rights list', then revoke or overwrite it.");
    /// <summary>Gets "the node's environment is destructive".</summary>
    public static FaultCode Destructive { get; } = Define(1401, "The node's environment is marked destructive",
        "Deploy the node anew, or leave out --check-destructive.");

    /// <summary>Gets "the management controller refused".</summary>
    public static FaultCode PowerRefused { get; } = Define(2001, "The management controller refused the command",
        "Check the controller's address, user and password, and that it accepts commands over the network.");

    /// <summary>Gets "the management controller does not answer".</summary>
    public static FaultCode PowerTimeout { get; } = Define(2002, "The management controller did not answer in time",
        "Check that the controller is reachable; a cold reset of the controller often helps.");

    /// <summary>Gets "no boot profile".</summary>
    public static FaultCode BootProfile { get; } = Define(2101, "The boot profile could not be written",
        "Check the boot repository's free space and permissions.");

    /// <summary>Gets "network isolation failed".</summary>
    public static FaultCode Vlan { get; } = Define(2102, "The node's network could not be changed", "Check the site's VLAN command and its output.");

    /// <summary>Gets "no sign of life after a reboot".</summary>
    public static FaultCode NoBoot { get; } = Define(2104, "The node did not come back after a reboot",
        "Look at the node's console: firmware messages, boot order, DHCP and boot files are the usual causes.");

    /// <summary>Gets "the wrong system answers".</summary>
    public static FaultCode WrongSystem { get; } = Define(2105, "Another system than the expected one answers",
        "Check the node's boot order: it probably started from its disk instead of the network, or the other way round.");

    /// <summary>Gets "kexec failed".</summary>
    public static FaultCode Kexec { get; } = Define(2106, "The kernel could not be started by kexec", "Use an instance that reboots through the firmware.");

    /// <summary>Gets "the disk could not be prepared".</summary>
    public static FaultCode Disk { get; } = Define(2201, "The disk could not be prepared", "Check the disk that the message names, and its size and state.");

    /// <summary>Gets "the pre-install failed".</summary>
    public static FaultCode Preinstall { get; } = Define(2202, "The pre-install failed", "Read the script's last lines of output.");

    /// <summary>Gets "the image did not arrive".</summary>
    public static FaultCode Broadcast { get; } = Define(2301, "The image did not arrive on the node",
        "Check the node's link and disk; deploy the node again by itself.");

    /// <summary>Gets "the image is not what it should be".</summary>
    public static FaultCode ImageDigest { get; } = Define(2302, "What was written is not the image",
        "Check the image's recorded checksum and the node's memory and disk.");

    /// <summary>Gets "a file cannot be had".</summary>
    public static FaultCode SourceFile { get; } = Define(2303, "A file could not be fetched to this server",
        "Check that the file that the message names is there and may be read, and that the state directory has room for it.");

    /// <summary>Gets "a post-install failed".</summary>
    public static FaultCode Postinstall { get; } = Define(2401, "A post-install failed", "Read the script's last lines of output.");

    /// <summary>Gets "no kernel in the image".</summary>
    public static FaultCode KernelMissing { get; } = Define(2402, "The image has no kernel or initrd where its description says",
        "Correct the boot section of the environment's description.");

    /// <summary>Gets "no boot loader".</summary>
    public static FaultCode Bootloader { get; } = Define(2403, "The boot loader could not be installed", "Read the script's last lines of output.");

    /// <summary>Gets "a command on the node failed".</summary>
    public static FaultCode Command { get; } = Define(2404, "A command on the node failed", "Read the command's last lines of output.");

    /// <summary>Gets "a custom operation failed".</summary>
    public static FaultCode CustomOperation { get; } = Define(2405, "A custom operation failed", "Read the operation's last lines of output.");

    /// <summary>Gets "the deployed system does not run".</summary>
    public static FaultCode NotDeployedSystem { get; } = Define(2501, "What runs is not what was deployed",
        "Check the node's boot order and boot loader; the disk was written, but something else was started.");

    /// <summary>Gets "no line to the console".</summary>
    public static FaultCode ConsoleUnreachable { get; } = Define(2601, "The console cannot be reached",
        "Check the controller's address, user and password, and that serial over LAN is enabled for the user there.");

    /// <summary>Gets "somebody else has the console".</summary>
    public static FaultCode ConsoleTaken { get; } = Define(2602, "Somebody else types on the console",
        "Look on with --watch, or take the console over with --force.");

    /// <summary>Gets "the console's user has gone".</summary>
    public static FaultCode ConsoleLeft { get; } = Define(2603, "The process that held the console has ended", "Open the console again.");

    /// <summary>Gets "the step took too long".</summary>
    public static FaultCode StepTimeout { get; } = Define(3001, "The micro-step took longer than its limit",
        "Look at the node's console; raise the limit if the node was merely slow.");

    /// <summary>Gets "the instance took too long".</summary>
    public static FaultCode InstanceTimeout { get; } = Define(3002, "The macro-step took longer than its limit",
        "Look at which micro-step took the time ('kadeploy operations ID --events 0'); raise the limit if the node was merely slow.");

    /// <summary>Gets "cancelled".</summary>
    public static FaultCode Cancelled { get; } = Define(3101, "The operation was cancelled",
        "Ask for the same again: what was under way when it was cancelled may be half done.");

    /// <summary>Gets "the right has ended".</summary>
    public static FaultCode RightEnded { get; } = Define(3102, "The user's right on the node has ended or was revoked",
        "Ask for the right again, then deploy the node again: what was under way may be half done.");

    /// <summary>Gets "the connection to the node was lost".</summary>
    public static FaultCode ChannelLost { get; } = Define(3201, "The connection to the node was lost",
        "Look at the node's console: it may have crashed, or lost its network.");

    /// <summary>Gets "a program on this machine failed".</summary>
    public static FaultCode Tool { get; } = Define(3301, "A program on this machine failed", "Read the program's last lines of output.");

    /// <summary>Gets "a defect of the engine".</summary>
    public static FaultCode Internal { get; } = Define(3901, "The engine made a mistake", "Report it with the message and the operation's events.");

    /// <summary>Gets "another engine holds the nodes".</summary>
    public static FaultCode LeaseLost { get; } = Define(4001, "Another engine has taken over", "Nothing: the other engine goes on with the operation.");

    /// <summary>Gets "state cannot be saved".</summary>
    public static FaultCode Store { get; } = Define(4101, "The state directory cannot be used",
        "Make room or mend permissions there, then run 'kadeploy resume'.");

    /// <summary>Gets "state of a newer version".</summary>
    public static FaultCode StoreVersion { get; } = Define(4102, "The state was written by a newer version",
        "Use the version of Kadeploy that wrote it, or a newer one; nothing was changed.");

    /// <summary>Gets "state that cannot be understood".</summary>
    public static FaultCode StoreContent { get; } = Define(4103, "The state cannot be understood",
        "Do with the file what the message says; it was left as it is.");

    /// <summary>Gets the table, in the order of the codes.</summary>
    public static ImmutableArray<FaultDefinition> All { get; } = [.. Table.OrderBy(static row => row.Code.ToString(), StringComparer.Ordinal)];

    /// <summary>Finds a row.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The row, or null for a code that is not in the table.</returns>
    public static FaultDefinition? Find(FaultCode code) => All.FirstOrDefault(row => row.Code == code);

    private static FaultCode Define(int number, string title, string suggestedAction)
    {
        var code = new FaultCode(number);
        Table.Add(new(code, title, suggestedAction));
        return code;
    }
}
