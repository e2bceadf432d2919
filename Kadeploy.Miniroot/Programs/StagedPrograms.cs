using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Tools;

namespace Kadeploy.Miniroot.Programs;

/// <summary>Runs programs out of the unpacked packages, with their own loader and libraries; so the machine needs none of them, and no
/// privilege is needed to change its root.</summary>
/// <param name="stage">The packages.</param>
internal sealed class StagedPrograms(StagedTree stage)
{
    private const string Loader = "usr/lib64/ld-linux-x86-64.so.2";

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="path">Where it is in the packages.</param>
    /// <param name="name">Under which name it is called.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it wrote to standard output.</returns>
    public Task<string> RunAsync(string path, string name, IReadOnlyList<string> arguments, CancellationToken cancellationToken) => Tool.RunAsync(
        OnDisk(Loader),
        ["--argv0", name, "--library-path", stage.OnDisk("usr/lib/x86_64-linux-gnu"), OnDisk(path), .. arguments],
        cancellationToken);

    private string OnDisk(string path) =>
        stage.OnDisk(stage.Resolve(path) ?? throw new MinirootBuildException($"the packages have no {path}"));
}
