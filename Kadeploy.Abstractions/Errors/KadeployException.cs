using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Something cannot go on; the derived types say what the caller may still do.</summary>
public abstract class KadeployException : Exception
{
    private protected KadeployException(FaultCode code, string message, Exception? cause)
        : base(message, cause) => Code = code;

    /// <summary>Gets the stable code.</summary>
    public FaultCode Code { get; private protected init; }

    /// <summary>Gets the last lines of output of what failed.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];
}

/// <summary>This call failed; channel and driver are fine. Reaction: try again.</summary>
/// <param name="code">The stable code.</param>
/// <param name="message">What happened, for users.</param>
/// <param name="cause">What caused it, or null.</param>
public sealed class OperationFailedException(FaultCode code, string message, Exception? cause = null)
    : KadeployException(code, message, cause);

/// <summary>The connection to the node is gone. Reaction: open it again, then try again.</summary>
/// <param name="message">What happened, for users.</param>
/// <param name="cause">What caused it, or null.</param>
public sealed class ChannelLostException(string message, Exception? cause = null)
    : KadeployException(FaultCodes.ChannelLost, message, cause);

/// <summary>The driver cannot work: bad credentials, a missing tool. Reaction: no retry; the next instance, or fail.</summary>
/// <param name="code">The stable code.</param>
/// <param name="message">What is missing, for users.</param>
/// <param name="cause">What caused it, or null.</param>
public sealed class DriverUnusableException(FaultCode code, string message, Exception? cause = null)
    : KadeployException(code, message, cause);

/// <summary>The request or a file is wrong. Reaction: correct all that is listed; nothing was touched.</summary>
/// <param name="code">The stable code.</param>
/// <param name="problems">Every problem that was found; at least one.</param>
public sealed class ConfigurationException(FaultCode code, ImmutableArray<string> problems)
    : KadeployException(code, string.Join(Environment.NewLine, problems), null)
{
    /// <summary>Reports problems with a request or a file.</summary>
    /// <param name="problems">Every problem that was found; at least one.</param>
    public ConfigurationException(ImmutableArray<string> problems)
        : this(FaultCodes.InvalidRequest, problems)
    {
    }

    /// <summary>Reports a single problem.</summary>
    /// <param name="problem">The problem.</param>
    public ConfigurationException(string problem)
        : this([problem])
    {
    }

    /// <summary>Gets every problem that was found.</summary>
    public ImmutableArray<string> Problems { get; } = problems;
}

/// <summary>The user may not do this. Reaction: ask for the right.</summary>
/// <param name="message">What was refused and which right is missing.</param>
public sealed class NotAllowedException(string message) : KadeployException(FaultCodes.NotAllowed, message, null)
{
    /// <summary>Gets what is missing, node by node.</summary>
    /// <value>Empty when it is not about nodes; the default.</value>
    public ImmutableArray<MissingRight> Missing { get; init; } = [];
}

/// <summary>What is on nodes must not be rebooted. Reaction: deploy them anew, or ask without the check; nothing was touched.</summary>
/// <param name="message">Which nodes have which environments.</param>
public sealed class DestructiveEnvironmentException(string message) : KadeployException(FaultCodes.Destructive, message, null)
{
    /// <summary>Gets the nodes.</summary>
    public ImmutableArray<NodeName> Nodes { get; init; } = [];
}

/// <summary>State cannot be saved. Reaction: take no new work; let running side effects finish; resume later.</summary>
/// <param name="message">What happened, naming the file.</param>
/// <param name="cause">What caused it, or null.</param>
public sealed class StoreException(string message, Exception? cause = null)
    : KadeployException(FaultCodes.Store, message, cause)
{
    /// <summary>Makes the exception for state that is there and cannot be used as it is.</summary>
    /// <param name="code"><see cref="FaultCodes.StoreVersion"/> or <see cref="FaultCodes.StoreContent"/>.</param>
    /// <param name="message">What happened, naming the file and what can be done with it.</param>
    /// <param name="cause">What caused it, or null.</param>
    public StoreException(FaultCode code, string message, Exception? cause = null)
        : this(message, cause) => Code = code;
}

/// <summary>Another engine holds the nodes now. Reaction: stop acting at once.</summary>
/// <param name="message">Who lost what.</param>
public sealed class LeaseLostException(string message) : KadeployException(FaultCodes.LeaseLost, message, null);
