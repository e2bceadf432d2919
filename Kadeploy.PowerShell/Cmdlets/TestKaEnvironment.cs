using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Environments;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Looks into the files of environments, and says whether a node would boot them.</summary>
/// <remarks>
/// <para>Fetches the image and the archives through the cache, compares them with the SHA-256 that are recorded, and looks for what a node needs to boot: kernel and initial RAM disk
/// behind all links, the root file system, scripts in archives; of disk images the partition table, file systems and boot loaders.</para>
/// <para>Gives one object for each environment, whose Findings say what was looked at and whose WouldBoot says what follows: Yes, No, or Unknown where it cannot be told. Nothing is
/// changed.</para>
/// </remarks>
/// <example>
/// <code>Test-KaEnvironment debian13</code>
/// <para>Looks into a recorded environment.</para>
/// </example>
/// <example>
/// <code>(Test-KaEnvironment ./debian13.yaml).Findings | Where-Object Verdict -EQ No</code>
/// <para>Looks into one before it is recorded, and shows only what is wrong.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment | Test-KaEnvironment | Where-Object WouldBoot -NE Yes | Format-List</code>
/// <para>Shows which of all that you see would not boot, and why.</para>
/// </example>
/// <example>
/// <code>if (Test-KaEnvironment debian13 -Architecture aarch64 -Quiet) { Start-KaDeployment arm-[1-4] debian13 -Force }</code>
/// <para>Deploys what has a kernel for these processors.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KaEnvironment")]
[OutputType(typeof(EnvironmentVerification), typeof(bool))]
public sealed class TestKaEnvironment : KaAsyncCmdlet
{
    private readonly List<(object Environment, bool IsPlace)> _wanted = [];

    /// <summary>The environments: names or aliases in the catalogue; files *.yaml, *.yml, *.json or addresses of descriptions; or environments that were given before.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Path")]
    [EnvironmentTransformation(Several = true)]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Environment { get; set; } = [];

    /// <summary>The version of a name. The default is the highest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int? Version { get; set; }

    /// <summary>The owner of a name. The default is you, else anybody whose environment is public.</summary>
    [Parameter]
    [Alias("Owner")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentOwnerCompleter))]
    public string? User { get; set; }

    /// <summary>The kind of processor whose kernel is looked for, such as aarch64. The default is that of the description.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Architecture { get; set; }

    /// <summary>Give only $true for each that would boot, or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Collect() =>
        _wanted.AddRange(Environment.Select(each => each is string text && EnvironmentTransformationAttribute.IsPlace(text) ? (FullPath(text), true) : (each, false)));

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var lookup = new EnvironmentLookup(session);
        foreach (var (wanted, isPlace) in _wanted)
        {
            await OneOfSeveral.TryAsync(streams, wanted, async () =>
            {
                var environment = await lookup.FindAsync(wanted, isPlace, Version, User, cancellationToken).ConfigureAwait(false);
                var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
                var found = await catalog.VerifyAsync(environment, Architecture, session.User, cancellationToken).ConfigureAwait(false);
                await streams.WriteAsync(Quiet ? found.WouldBoot == BootVerdict.Yes : found).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
