using System.Collections.Immutable;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Errors;

/// <summary>Carries a node's fault in an error record, which cannot be without an exception. It is never thrown.</summary>
public sealed class KadeployFaultException : Exception
{
    internal KadeployFaultException(ErrorReport error)
        : base(PowerShellWording.Of(error.Message)) =>
        (Code, Evidence, Fault) = (error.Code, error.Evidence, (error.Target as NodeResult)?.Fault);

    /// <summary>Gets the stable code.</summary>
    public FaultCode Code { get; }

    /// <summary>Gets the last lines of output of what failed.</summary>
    public ImmutableArray<string> Evidence { get; }

    /// <summary>Gets the fault.</summary>
    /// <value>Null when the error is not a node's.</value>
    public Fault? Fault { get; }
}
