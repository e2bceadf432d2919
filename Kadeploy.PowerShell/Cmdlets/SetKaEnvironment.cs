using System.Collections;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Changes environments of the catalogue.</summary>
/// <remarks>
/// <para>Changes the highest version of each, the one that is named, or with -AllVersions all of them. Each gets a new revision; the earlier ones stay readable with Get-KaEnvironment
/// -History. An environment is changed as a whole or not at all, and one that cannot be changed does not hold back the others.</para>
/// <para>When -Field or -Replacement names another file, it is fetched and its SHA-256 is recorded; -UpdateChecksum takes over files that have changed at their places. Name,
/// version and owner stay.</para>
/// </remarks>
/// <example>
/// <code>Set-KaEnvironment debian13 -Visibility Shared</code>
/// <para>Lets others use it who name you.</para>
/// </example>
/// <example>
/// <code>Set-KaEnvironment debian13 -Field @{ 'boot.kernel_params' = 'quiet console=ttyS0'; alias = $null } -PassThru</code>
/// <para>Changes one field, takes another away, and gives the result.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment debian* | Set-KaEnvironment -UpdateChecksum Image -WhatIf</code>
/// <para>Says of which environments the image that is there now would be taken over.</para>
/// </example>
/// <example>
/// <code>$old = Get-KaEnvironment debian13 -History | Where-Object Revision -EQ 1
/// Set-KaEnvironment debian13 -Replacement $old</code>
/// <para>Goes back to an earlier state, as a new revision.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KaEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RecordedEnvironment))]
public sealed class SetKaEnvironment : EnvironmentSelectionCmdlet
{
    private string? _place;

    /// <summary>The names, or environments that Get-KaEnvironment gave; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [EnvironmentSelectionTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public EnvironmentSelection[] Name { get; set; } = [];

    /// <summary>Who may see and deploy it: Private, Shared with all who name its owner, or Public.</summary>
    [Parameter]
    public Visibility? Visibility { get; set; }

    /// <summary>Whether nodes that run it must be deployed anew before others use them.</summary>
    [Parameter]
    public bool? Destructive { get; set; }

    /// <summary>Fields of the description with their new values, such as @{ 'boot.kernel_params' = 'quiet' }; $null takes a field away.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IDictionary? Field { get; set; }

    /// <summary>A whole description that takes the old one's place: a file, an address, or an environment that was given before.</summary>
    [Parameter]
    [EnvironmentTransformation]
    public object? Replacement { get; set; }

    /// <summary>The files that are fetched again and whose SHA-256 is recorded anew: Image, Preinstall, Postinstalls, All.</summary>
    [Parameter]
    public EnvironmentFiles UpdateChecksum { get; set; }

    /// <summary>Give the environments as they are now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => Want(Name);

    private protected override void Prepare()
    {
        if (Visibility is null && Destructive is null && Field is null && Replacement is null && UpdateChecksum == EnvironmentFiles.None)
            throw new ConfigurationException(Strings.NothingToSet("-Visibility, -Destructive, -Field, -Replacement, -UpdateChecksum"));
        _place = Replacement is string place ? FullPath(place) : null;
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        var change = new EnvironmentChange
        {
            Visibility = Visibility,
            Destructive = Destructive,
            Fields = Field is null ? [] : [.. Field.Cast<DictionaryEntry>().Select(static each => (SettingText.Of(each.Key), SettingText.Of(each.Value)))],
            Checksums = UpdateChecksum,
            Description = _place is null ? Replacement as KaEnvironment : await session.ReadEnvironmentAsync(_place, cancellationToken).ConfigureAwait(false),
        };
        foreach (var each in await FindOwnAsync(session, streams, cancellationToken).ConfigureAwait(false))
        {
            var question = Strings.AskSetEnvironment(Exactly(each.Environment).ToString(), Named(change));
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, each, async () =>
            {
                var changed = await catalog.SetAsync(Exactly(each.Environment), change, session.User, cancellationToken).ConfigureAwait(false);
                if (PassThru) await streams.WriteAsync(changed[0]).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Says what changes, for people.</summary>
    private static string Named(EnvironmentChange change)
    {
        List<string> parts = [];
        if (change.Visibility is { } visibility) parts.Add($"visibility = {visibility}");
        if (change.Destructive is { } destructive) parts.Add($"destructive = {destructive}");
        parts.AddRange(change.Fields.Select(static each => each.Value.Length == 0 ? $"no {each.Field}" : $"{each.Field} = {each.Value}"));
        if (change.Description is { } description) parts.Add($"everything as in {description}");
        if (change.Checksums != EnvironmentFiles.None) parts.Add($"checksums of {change.Checksums}");
        return string.Join(", ", parts);
    }
}
