using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists deployments, newest first.</summary>
/// <remarks>
/// <para>Reads the journal of the session's state directory, in which other processes may be at work; no engine is started. Deployments that run, have ended or were cancelled
/// are listed alike; parameters narrow the list.</para>
/// <para>A deployment whose state is Running may also be one that nobody runs any more, because its process ended: Resume-KaDeployment goes on with those.</para>
/// </remarks>
/// <example>
/// <code>Get-KaDeployment</code>
/// <para>Lists all deployments.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -State Running | Wait-KaDeployment</code>
/// <para>Waits for everything that runs.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Receive-KaDeployment | Group-Object State</code>
/// <para>Counts how the nodes of the latest deployment ended.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaDeployment", DefaultParameterSetName = ByFilter)]
[OutputType(typeof(Operation))]
public sealed class GetKaDeployment : KaAsyncCmdlet
{
    private const string ByFilter = "Filter";
    private const string ById = "Id";

    private readonly List<OperationId> _ids = [];

    /// <summary>The deployments: identifiers, or objects that name one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ById)]
    [Alias("Operation", "Deployment")]
    [OperationIdTransformation]
    [ArgumentCompleter(typeof(OperationCompleter))]
    [ValidateNotNullOrEmpty]
    public OperationId[] Id { get; set; } = [];

    /// <summary>Only those in one of these states: Running, Finished, Cancelled.</summary>
    [Parameter(ParameterSetName = ByFilter)]
    public OperationState[]? State { get; set; }

    /// <summary>Operations of these kinds instead: Deployment, Reboot, Power, Console. The default is Deployment.</summary>
    [Parameter(ParameterSetName = ByFilter)]
    [ValidateNotNullOrEmpty]
    public OperationKind[] Kind { get; set; } = [OperationKind.Deployment];

    /// <summary>Only those of users with these names; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByFilter)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? User { get; set; }

    /// <summary>Only those of environments with these names; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByFilter)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Environment { get; set; }

    /// <summary>Only the latest, as many as this number. The default is all.</summary>
    [Parameter(ParameterSetName = ByFilter)]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; } = int.MaxValue;

    private protected override void Collect() => _ids.AddRange(Id);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (ParameterSetName == ById)
        {
            foreach (var id in _ids.Distinct())
            {
                if (await session.FindOperationAsync(id, cancellationToken).ConfigureAwait(false) is { } operation)
                    await streams.WriteAsync(operation).ConfigureAwait(false);
                else await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoOperation(id.Value), id)).ConfigureAwait(false);
            }

            return;
        }

        var users = Patterns(User);
        var environments = Patterns(Environment);
        var wanted = (await session.Operations.ListOperationsAsync(int.MaxValue, cancellationToken).ConfigureAwait(false))
            .Where(each => Kind.Contains(each.Kind) && (State is null || State.Contains(each.State)) && Matches(users, each.User) && Matches(environments, NameOf(each)));
        foreach (var operation in wanted.Take(Last)) await streams.WriteAsync(operation).ConfigureAwait(false);
    }

    private static WildcardPattern[]? Patterns(string[]? texts) =>
        texts is null ? null : Array.ConvertAll(texts, static text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase));

    private static bool Matches(WildcardPattern[]? patterns, string text) => patterns is null || patterns.Any(pattern => pattern.IsMatch(text));

    // Without the version, which is what people call an environment.
    private static string NameOf(Operation operation) =>
        operation.Environment.LastIndexOf(" version ", StringComparison.Ordinal) is var end and > 0 ? operation.Environment[..end] : operation.Environment;
}
