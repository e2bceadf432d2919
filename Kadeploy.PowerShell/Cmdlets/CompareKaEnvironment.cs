using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Environments;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Shows the fields in which descriptions of environments differ.</summary>
/// <remarks>
/// <para>Compares an environment with another one: another version of it, an earlier revision, a description in a file, or any other environment. Without these it shows what the
/// last change of the environment was. Each field that differs is an object: Before is what the other one has, After is what this one has; a value that is not there is $null.</para>
/// <para>Owners, versions and revisions themselves are not compared.</para>
/// </remarks>
/// <example>
/// <code>Compare-KaEnvironment debian13</code>
/// <para>Shows what was changed last.</para>
/// </example>
/// <example>
/// <code>Compare-KaEnvironment debian13 -Version 3 -ReferenceVersion 2</code>
/// <para>Shows what came from version 2 to version 3.</para>
/// </example>
/// <example>
/// <code>Compare-KaEnvironment ./debian13.yaml -Reference debian13</code>
/// <para>Shows what Set-KaEnvironment with that file would change.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment debian13 -History | Compare-KaEnvironment -Reference debian13 | Where-Object Field -Like 'boot.*'</code>
/// <para>Shows how earlier states boot otherwise than the present one.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "KaEnvironment", DefaultParameterSetName = LastChange)]
[OutputType(typeof(FieldDifference))]
public sealed class CompareKaEnvironment : KaAsyncCmdlet
{
    private const string LastChange = "Change";
    private const string WithReference = "Reference";
    private const string WithVersion = "Version";
    private const string WithRevision = "Revision";

    private readonly List<(object Environment, bool IsPlace)> _wanted = [];
    private bool _referenceIsPlace;

    /// <summary>The environment: a name or alias in the catalogue; the file *.yaml, *.yml, *.json or the address of a description; or one that was given before.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Path")]
    [EnvironmentTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNull]
    public object? Environment { get; set; }

    /// <summary>The environment that it is compared with, written as for -Environment.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = WithReference)]
    [EnvironmentTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public object? Reference { get; set; }

    /// <summary>The version of it that it is compared with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WithVersion)]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int ReferenceVersion { get; set; }

    /// <summary>The revision of the same version that it is compared with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WithRevision)]
    [ValidateRange(1, int.MaxValue)]
    public int ReferenceRevision { get; set; }

    /// <summary>The version of the name that -Environment gives. The default is the highest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int? Version { get; set; }

    /// <summary>The owner of the name that -Environment gives. The default is you, else anybody whose environment is public.</summary>
    [Parameter]
    [Alias("Owner")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentOwnerCompleter))]
    public string? User { get; set; }

    private protected override void Collect() => _wanted.Add(Placed(Environment!));

    private protected override void Prepare()
    {
        if (Reference is not null) (Reference, _referenceIsPlace) = Placed(Reference);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var lookup = new EnvironmentLookup(session);
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        foreach (var (wanted, isPlace) in _wanted)
        {
            await OneOfSeveral.TryAsync(streams, wanted, async () =>
            {
                var environment = await lookup.FindAsync(wanted, isPlace, Version, User, cancellationToken).ConfigureAwait(false);
                if (await ReferenceAsync(lookup, catalog, environment, session.User, cancellationToken).ConfigureAwait(false) is not { } reference) return;
                foreach (var each in catalog.Compare(reference, environment)) await streams.WriteAsync(each).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    private async Task<KaEnvironment?> ReferenceAsync(
        EnvironmentLookup lookup, IEnvironmentCatalog catalog, KaEnvironment environment, string user, CancellationToken cancellationToken)
    {
        var itself = new EnvironmentSelection { Name = environment.Name, Owner = environment.User, Version = environment.Version };
        switch (ParameterSetName)
        {
            case WithReference:
                return await lookup.FindAsync(Reference!, _referenceIsPlace, null, null, cancellationToken).ConfigureAwait(false);
            case WithVersion:
                return (await lookup.FindRecordedAsync(itself with { Version = ReferenceVersion }, cancellationToken).ConfigureAwait(false)).Environment;
            case LastChange when environment.Revision == 1:
                return null;
        }

        var revision = ParameterSetName == WithRevision ? ReferenceRevision : environment.Revision - 1;
        var history = await catalog.HistoryAsync(itself, user, cancellationToken).ConfigureAwait(false);
        return history.FirstOrDefault(each => each.Environment.Revision == revision)?.Environment
            ?? throw new ConfigurationException(Strings.NoRevision(itself.ToString(), revision, history[^1].Environment.Revision));
    }

    private (object Environment, bool IsPlace) Placed(object environment) =>
        environment is string text && EnvironmentTransformationAttribute.IsPlace(text) ? (FullPath(text), true) : (environment, false);
}
