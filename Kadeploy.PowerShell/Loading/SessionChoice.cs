using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace Kadeploy.PowerShell.Loading;

/// <summary>Remembers which session each runspace has chosen, as long as the runspace lives.</summary>
internal static class SessionChoice
{
    private static readonly ConditionalWeakTable<Runspace, KaSession> Choices = [];

    /// <summary>Gets or sets the session of the runspace that the calling thread works for.</summary>
    /// <value>The default session until one was chosen.</value>
    public static KaSession Current
    {
        get => Runspace.DefaultRunspace is { } runspace && Choices.TryGetValue(runspace, out var chosen) ? chosen : new();
        set => Choices.AddOrUpdate(Runspace.DefaultRunspace, value);
    }
}
