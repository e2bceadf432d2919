using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>What a reboot does, by what it leads into; no alternatives.</summary>
internal static class RebootInstances
{
    private static readonly ImmutableArray<InstanceStep> RebootAndWait =
    [
        (nameof(Reboot), Reboot.Requested),
        (nameof(SetVlan), SetVlan.Requested),
        (nameof(WaitReboot), WaitReboot.ClassicalAny),
    ];

    /// <summary>Gets the implementations; their names end with the name of the <see cref="RebootKind"/>.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        new(MacroStep.Reboot, nameof(RebootKind.Simple), RebootAndWait),
        new(MacroStep.Reboot, nameof(RebootKind.SetPxe), [(nameof(SwitchPxe), SwitchPxe.SetPxe), .. RebootAndWait]),
        new(MacroStep.Reboot, nameof(RebootKind.DeployEnv),
        [
            (nameof(SwitchPxe), SwitchPxe.ProdToDeployEnv),
            (nameof(Reboot), Reboot.Requested),
            (nameof(SetVlan), SetVlan.Requested),
            (nameof(WaitReboot), WaitReboot.ClassicalDeploy),
            nameof(SendKeyInDeployEnv),
        ]),
        new(MacroStep.Reboot, nameof(RebootKind.RecordedEnv),
        [
            (nameof(SwitchPxe), SwitchPxe.DeployToDeployedEnv),
            .. RebootAndWait,
            nameof(CheckRecordedEnv),
        ]),
    ];
}
