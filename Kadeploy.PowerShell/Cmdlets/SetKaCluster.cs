using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Changes settings of clusters of the store.</summary>
/// <remarks>
/// <para>Sets keys of a cluster's settings, such as power.ipmi.user, and takes others away. Values are written as in a cluster's file: a number, a text, or a list or a table in YAML. The
/// whole is checked as a file would be, with the cluster's nodes; when anything is wrong, nothing is changed.</para>
/// <para>A cluster that a file defines is changed in its file; Import-KaCluster takes such a file into the store. Passwords among the settings are refused: give -ControllerCredential, whose
/// password is kept in a file of the state directory, or name the file or the variable that holds one. Only administrators may change clusters.</para>
/// </remarks>
/// <example>
/// <code>Set-KaCluster lab -Setting @{ 'power.ipmi.user' = 'deploy'; 'kernel_params' = 'console=ttyS0' }</code>
/// <para>Changes two settings.</para>
/// </example>
/// <example>
/// <code>Set-KaCluster lab -Setting @{ disk = '{ serial: S4EVNF0M }' } -WhatIf</code>
/// <para>Says what would be changed.</para>
/// </example>
/// <example>
/// <code>Set-KaCluster lab -ControllerCredential (Get-Credential deploy)</code>
/// <para>Asks for the password of the user deploy at all controllers of the cluster.</para>
/// </example>
/// <example>
/// <code>Get-KaCluster lab* | Set-KaCluster -Unset kernel_params -PassThru</code>
/// <para>Takes a setting away from several clusters, and gives them.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KaCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryCluster))]
public sealed class SetKaCluster : KaAsyncCmdlet
{
    private const string UserKey = "power.ipmi.user";

    private readonly List<string> _wanted = [];
    private ImmutableSortedDictionary<string, string> _settings = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    private GivenCredential? _credential;

    /// <summary>The clusters: their names, or objects that are clusters or have one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Cluster")]
    [ClusterNameTransformation]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Keys with their new values, such as @{ 'power.ipmi.user' = 'deploy' }.</summary>
    [Parameter(Position = 1)]
    [Alias("Set")]
    [ValidateNotNullOrEmpty]
    public IDictionary? Setting { get; set; }

    /// <summary>Keys that are taken away.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Unset { get; set; } = [];

    /// <summary>The user and the password at the controllers, as for Set-KaNode: a PSCredential, or the name of a secret, or VAULT/NAME, that Get-Secret reads. It takes the place of
    /// power.ipmi.user, password_file and password_env.</summary>
    [Parameter]
    [Alias("BmcCredential")]
    [ControllerCredentialTransformation]
    [ValidateNotNull]
    public object? ControllerCredential { get; set; }

    /// <summary>Give the clusters as they are now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => _wanted.AddRange(Name);

    private protected override void Prepare()
    {
        _settings = (Setting ?? new Hashtable()).Cast<DictionaryEntry>()
            .ToImmutableSortedDictionary(static each => SettingText.Of(each.Key), static each => SettingText.Of(each.Value), StringComparer.Ordinal);
        if (_wanted.Count == 0) return;
        _credential = new ControllerCredentials(this).Read(ControllerCredential);
        // Values are read as YAML: a name may look like something else there.
        if (ControllerCredentials.UserOf(_credential, _settings.GetValueOrDefault(UserKey), UserKey) is { } user && !_settings.ContainsKey(UserKey))
            _settings = _settings.Add(UserKey, $"'{user.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (Setting is null && Unset.Length == 0 && ControllerCredential is null) throw new ConfigurationException(Strings.NothingToSet("-Setting, -Unset, -ControllerCredential"));
        var change = new ClusterChange { Set = _settings, Unset = [.. Unset] };
        var what = string.Join(
            ", ",
            [
                .. change.Set.Select(static each => $"{each.Key} = {each.Value}"), .. change.Unset.Select(static key => $"no {key}"),
                .. ControllerCredential is null ? [] : new[] { Strings.ControllersPassword },
            ]);
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        foreach (var name in _wanted)
        {
            var question = Strings.AskSetCluster(name, what);
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, name, async () =>
            {
                await inventory.SetClusterAsync(name, change with { ControllerPassword = _credential?.Reveal() }, session.User, cancellationToken).ConfigureAwait(false);
                if (PassThru && await inventory.FindClusterAsync(name, cancellationToken).ConfigureAwait(false) is { } now) await streams.WriteAsync(now).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
