using System.Management.Automation;

namespace Kadeploy.PowerShell.Loading;

/// <summary>What happens when the module comes and goes. PowerShell finds this class by its interfaces.</summary>
public sealed class ModuleLife : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public void OnImport() => AppDomain.CurrentDomain.ProcessExit += LeaveOperations;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        AppDomain.CurrentDomain.ProcessExit -= LeaveOperations;
        Close();
    }

    /// <summary>Says what is left behind, for nobody else will: the shell is gone, and its deployments stand still.</summary>
    private static void LeaveOperations(object? sender, EventArgs arguments)
    {
        var left = EngineLoader.Running;
        Close();
#pragma warning disable RS0030 // PowerShell's own screen is gone by now.
        foreach (var id in left) Console.Error.WriteLine(Strings.LeftAtExit(id));
#pragma warning restore RS0030
    }

    // Whoever comes next takes up what is left at once, when it was given back in good order; after that time it does so too, only later.
    private static void Close() => Task.Run(EngineLoader.CloseAsync).Wait(Patience);
}
