using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say what is recorded of nodes.</summary>
public abstract class NodeSettingsCmdlet : KaAsyncCmdlet
{
    private ControllerCredentials? _credentials;

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

    /// <summary>The user and the password at the controller: a PSCredential, as Get-Credential gives it; or the name of a secret, or VAULT/NAME, that Get-Secret of the module
    /// Microsoft.PowerShell.SecretManagement reads. A secret that is a text, or a SecureString, is the password alone, and -ControllerUser may name the user. The password is kept in a
    /// file of the state directory that only its owner may read.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("BmcCredential")]
    [ControllerCredentialTransformation]
    [ValidateNotNull]
    public object? ControllerCredential { get; set; }

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

    /// <summary>Adds a credential to settings; on the thread of the pipeline, because a vault may be opened for it.</summary>
    /// <exception cref="ConfigurationException">There is no such credential, or something else is said beside it.</exception>
    private protected GivenSettings Given(NodeSettings settings, object? credential)
    {
        if (credential is not null && (settings.ControllerPasswordFile ?? settings.ControllerPasswordVariable) is not null) throw new ConfigurationException(Strings.PasswordTwice);
        _credentials ??= new(this);
        var read = _credentials.Read(credential);
        return new(settings with { ControllerUser = ControllerCredentials.UserOf(read, settings.ControllerUser, "-ControllerUser") }, read);
    }

    /// <summary>Gives what is bound, but for the credential.</summary>
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

/// <summary>What is said of nodes.</summary>
/// <param name="settings">All but the password.</param>
/// <param name="credential">The password, while it is a SecureString; null when none is given.</param>
internal sealed class GivenSettings(NodeSettings settings, GivenCredential? credential)
{
    /// <summary>Gets all but the password.</summary>
    public NodeSettings Settings => settings;

    /// <summary>Gives the whole, for the one call that hands it on.</summary>
    /// <returns>The settings with the password.</returns>
    public NodeSettings Reveal() => settings with { ControllerPassword = credential?.Reveal() };
}
