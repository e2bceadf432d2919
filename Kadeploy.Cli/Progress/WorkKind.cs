namespace Kadeploy.Cli.Progress;

/// <summary>What the time of a node goes into.</summary>
internal enum WorkKind
{
    /// <summary>Its management controller, firmware, network boot and the start of the deployment environment.</summary>
    BootingDeploymentEnvironment,

    /// <summary>Partitions, file systems, boot loader.</summary>
    Disk,

    /// <summary>The image on the wire and on its way to the disk, which go on together.</summary>
    Image,

    /// <summary>Keys, marker, and the scripts of users and administrators.</summary>
    Scripts,

    /// <summary>The start of what was deployed.</summary>
    BootingDeployedSystem,

    /// <summary>The proof.</summary>
    Proof,

    /// <summary>The other nodes of a set, which receive the image together.</summary>
    OtherNodes,

    /// <summary>Other nodes that boot, where only so many may at once.</summary>
    Turn,
}

/// <summary>Says which kind of work a micro-step is.</summary>
internal static class WorkKinds
{
    /// <summary>Tells whether nodes wait before a micro-step until it is their turn, as the configuration limits how many may boot at once.</summary>
    /// <param name="step">The micro-step.</param>
    /// <returns>Whether they do.</returns>
    public static bool TakesTurns(StepReference step) => step.MicroStep.Value is "Reboot" or "RebootFromDeployEnv" or "Kexec";

    /// <summary>Tells the kind.</summary>
    /// <param name="step">The micro-step.</param>
    /// <returns>The kind; null for what is the engine's own work, such as writing boot profiles.</returns>
    public static WorkKind? Of(StepReference step) => step.MicroStep.Value switch
    {
        "SwitchPxe" or "HoldNodes" or "Dummy" => null,
        "Reboot" or "RebootFromDeployEnv" or "Kexec" or "WaitReboot" or "SetVlan" or "SendDeploymentKernel" or "CheckNodes" =>
            step.MacroStep == MacroStep.SetDeploymentEnv ? WorkKind.BootingDeploymentEnvironment : WorkKind.BootingDeployedSystem,
        "SendEnvironment" or "DecompressEnvironment" => WorkKind.Image,
        "VerifySystem" => WorkKind.Proof,
        var name when name.Contains("Part", StringComparison.Ordinal) || name.Contains("Disk", StringComparison.Ordinal)
            || name is "Sync" or "InstallBootloader" or "CheckKernelFiles" => WorkKind.Disk,
        _ => WorkKind.Scripts,
    };
}
