using Kadeploy.Lab;

namespace Kadeploy.Deployments.Tests;

/// <summary>One lab for all tests of a class, started by the first that needs it.</summary>
/// <param name="kind">What nodes are made of.</param>
/// <param name="nodes">How many there are.</param>
/// <param name="options">More options of <c>kadeploy lab run</c>.</param>
public abstract class SharedLab(NodeKind kind, int nodes, params string[] options) : IAsyncDisposable
{
    private DeploymentLab? _lab;

    internal async Task<DeploymentLab> GetAsync() => _lab ??= await DeploymentLab.StartOrSkipAsync(kind, nodes, options);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_lab is not null) await _lab.DisposeAsync();
    }
}

/// <summary>Three namespace nodes.</summary>
public sealed class ThreeNodes() : SharedLab(NodeKind.Namespace, 3);

/// <summary>Fifty namespace nodes.</summary>
public sealed class FiftyNodes() : SharedLab(NodeKind.Namespace, 50);

/// <summary>Two machines with a BIOS.</summary>
public sealed class TwoMachines() : SharedLab(NodeKind.Vm, 2);

/// <summary>Four machines with a BIOS.</summary>
public sealed class FourMachines() : SharedLab(NodeKind.Vm, 4);

/// <summary>A machine with UEFI.</summary>
public sealed class UefiMachine() : SharedLab(NodeKind.Vm, 1, "--firmware", "uefi");
