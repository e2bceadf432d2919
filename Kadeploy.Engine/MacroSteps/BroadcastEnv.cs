using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>The ways in which the image reaches the disks, and what makes it bootable there.</summary>
internal static class BroadcastEnv
{
    // Images that bring their own file system are mounted only once they are written, whichever way they came.
    private static readonly ImmutableArray<InstanceStep> SendAndFinish =
    [
        nameof(SendEnvironment),
        nameof(DecompressEnvironment),
        nameof(MountDeployPart),
        nameof(ManageAdminPostInstall),
        nameof(ManageUserPostInstall),
        nameof(CheckKernelFiles),
        nameof(SendKey),
        nameof(InstallBootloader),
        nameof(WriteMarker),
        nameof(Sync),
    ];

    /// <summary>Gets the implementations; the broadcaster of the same name does the work of <see cref="SendEnvironment"/>.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        new(MacroStep.BroadcastEnv, "Unicast", SendAndFinish),
        new(MacroStep.BroadcastEnv, "Chain", SendAndFinish),
        new(MacroStep.BroadcastEnv, "Tree", SendAndFinish),
        new(MacroStep.BroadcastEnv, "Multicast", SendAndFinish),
        new(MacroStep.BroadcastEnv, "Bittorrent", [nameof(MountTmpPart), .. SendAndFinish]),
        new(MacroStep.BroadcastEnv, "Custom", SendAndFinish),
        new(MacroStep.BroadcastEnv, "Dummy", [nameof(Dummy)]),
    ];
}
