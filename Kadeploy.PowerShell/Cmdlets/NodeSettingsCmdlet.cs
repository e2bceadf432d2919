using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say what is recorded of nodes.</summary>
public abstract class NodeSettingsCmdlet : KaAsyncCmdlet
{
    /// <summary>The address by which the node is reached, or a range with one for each node, such as 10.0.0.[1-40].</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress")]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>The hardware addresses of the cards that may boot: of a single node all its cards, of several nodes one each.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "MacAddresses")]
    [ValidateNotNullOrEmpty]
    public string[]? MacAddress { get; set; }

    /// <summary>The address or name of the management controller, or a range with one for each node.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("BmcAddress")]
    [ValidateNotNullOrEmpty]
    public string? ControllerAddress { get; set; }

    /// <summary>The user at the controller. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("BmcUser")]
    [ValidateNotNullOrEmpty]
    public string? ControllerUser { get; set; }

    /// <summary>The file that holds the controller's password; the password itself is recorded nowhere. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ControllerPasswordFile { get; set; }

    /// <summary>The variable of the engine's process that holds the controller's password. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ControllerPasswordVariable { get; set; }

    /// <summary>The controller's UDP port, from 1 to 65535. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int? ControllerPort { get; set; }

    /// <summary>The IPMI cipher suite, from 0 to 17. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 17)]
    public int? ControllerCipherSuite { get; set; }

    /// <summary>What a session with the controller may do: User, Operator, Administrator. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ControllerPrivilege? ControllerPrivilege { get; set; }

    /// <summary>The serial number of the disk that is deployed on. The default is the cluster's rule.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? DiskSerial { get; set; }

    /// <summary>The World Wide Name of that disk.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? DiskWwn { get; set; }

    /// <summary>The model of that disk, in which * stands for any text.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? DiskModel { get; set; }

    /// <summary>The sizes that the disk may have, such as '&gt;= 100 GB'.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? DiskSize { get; set; }

    /// <summary>Take the smallest of several fitting disks.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter SmallestDisk { get; set; }

    /// <summary>How the console is followed: sol for IPMI serial over LAN, file:PATH, or a command as one types it. The default is the cluster's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Console { get; set; }

    /// <summary>What people should know of the node, on one line.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Description { get; set; }

    /// <summary>Gives what is bound.</summary>
    private protected NodeSettings Settings(string? cluster, string[]? groups, string[]? tags) => new()
    {
        Cluster = cluster,
        Address = Address,
        MacAddresses = MacAddress is null ? null : [.. MacAddress],
        ControllerAddress = ControllerAddress,
        ControllerUser = ControllerUser,
        ControllerPasswordFile = ControllerPasswordFile is null ? null : FullPath(ControllerPasswordFile),
        ControllerPasswordVariable = ControllerPasswordVariable,
        ControllerPort = ControllerPort,
        ControllerCipherSuite = ControllerCipherSuite,
        ControllerPrivilege = ControllerPrivilege,
        DiskSerial = DiskSerial,
        DiskWwn = DiskWwn,
        DiskModel = DiskModel,
        DiskSizes = DiskSize is null ? null : [.. DiskSize],
        SmallestDisk = SmallestDisk.IsPresent ? SmallestDisk.ToBool() : null,
        Console = Console,
        Groups = groups is null ? null : [.. groups],
        Tags = tags is null ? null : [.. tags],
        Description = Description,
    };
}
