namespace Kadeploy.Engine.Drivers.Power;

/// <summary>How a management controller is reached by IPMI 2.0 over the network.</summary>
/// <param name="Address">Its address or name.</param>
/// <param name="User">The user there.</param>
/// <param name="Password">The user's password; at most 20 bytes (IPMI 2.0 §22.30), no line ends.</param>
public sealed record IpmiEndpoint(string Address, string User, Secret Password)
{
    /// <summary>Gets the UDP port.</summary>
    /// <value>The default is 623.</value>
    public int Port { get; init; } = 623;

    /// <summary>Gets the cipher suite: 17 (SHA-256) for current controllers, 3 (SHA-1) for old ones.</summary>
    /// <value>Null lets ipmitool choose the best one that the controller offers, which costs about a second with some; the default.</value>
    public int? CipherSuite { get; init; }

    /// <summary>Gets the privilege level that the session asks for.</summary>
    /// <value>The default is <see cref="IpmiPrivilege.Operator"/>, which is enough to switch machines.</value>
    public IpmiPrivilege Privilege { get; init; } = IpmiPrivilege.Operator;
}

/// <summary>What a session may do.</summary>
public enum IpmiPrivilege
{
    /// <summary>Ask.</summary>
    User,

    /// <summary>Switch.</summary>
    Operator,

    /// <summary>Everything.</summary>
    Administrator,
}

/// <summary>How ipmitool gets a password; never by an argument, which every user of the machine can read.</summary>
public enum PasswordPassing
{
    /// <summary>By its environment, which only the same user and root can read, and which leaves nothing behind.</summary>
    Environment,

    /// <summary>By a file of mode 0600 in a folder of its own, removed after the call.</summary>
    File,
}

/// <summary>How ipmitool is used.</summary>
public sealed record IpmiOptions
{
    /// <summary>Gets the program.</summary>
    /// <value>A path, or a name that is looked up in PATH; the default is <c>ipmitool</c>.</value>
    public string Program { get; init; } = "ipmitool";

    /// <summary>Gets how the program gets the password.</summary>
    /// <value>The default is <see cref="PasswordPassing.Environment"/>.</value>
    public PasswordPassing Passing { get; init; } = PasswordPassing.Environment;

    /// <summary>Gets how long ipmitool waits before it sends a packet again, in whole seconds.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RetransmitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how often ipmitool sends a packet.</summary>
    /// <value>The default is 4.</value>
    public int Retransmissions { get; init; } = 4;

    /// <summary>Gets the longest that one call of ipmitool may take; then it is killed.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how often a command is given when the controller is busy or out of sessions.</summary>
    /// <value>The default is 4.</value>
    public int Attempts { get; init; } = 4;

    /// <summary>Gets the pause after the first such refusal; it doubles with each.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the shortest time between the end of a command and the next one to the same controller.</summary>
    /// <value>The default is 0.2 seconds. Fragile controllers want up to 5 seconds: they lose sessions or hang when they are hurried.</value>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets how long a machine may take to go off, after it was asked softly or its power was cut.</summary>
    /// <value>The default is 25 seconds: a soft reboot must leave time for a hard one within the step's limit.</value>
    public TimeSpan OffLimit { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets how often a controller is asked whether its machine has gone off; controllers do not tell by themselves.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan OffInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the directory that ipmitool takes for its user's home; it is made, with a register of manufacturers in it.</summary>
    /// <value>Null leaves it alone, and ipmitool reads the register that it came with, of five megabytes, at each call.</value>
    public string? Home { get; init; }
}
