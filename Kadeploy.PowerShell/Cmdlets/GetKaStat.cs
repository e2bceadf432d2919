using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Gives what became of nodes in all operations so far, row by row.</summary>
/// <remarks>
/// <para>One row is one node in one operation, once the node has ended in it: how it ended, how long it and each macro-step took, with how many retries, and why it failed. Rows are given as
/// they are read, by the node's start, so that memory does not grow with their number; simulated nodes are counted in sessions of simulated nodes only.</para>
/// <para>Measure-KaStat puts rows together: failure rates, durations, nodes that stand out.</para>
/// </remarks>
/// <example>
/// <code>Get-KaStat -Last 20</code>
/// <para>Shows the nodes that started last, newest first.</para>
/// </example>
/// <example>
/// <code>Get-KaStat lab-7 -From (Get-Date).AddDays(-30) | Where-Object State -EQ Ko | Format-Table Start, Fault, Error</code>
/// <para>Shows a month's failures of a node.</para>
/// </example>
/// <example>
/// <code>Get-KaStat -Environment debian13 | Select-Object Node, Start, State, Duration, Retries | Export-Csv deployments.csv</code>
/// <para>Writes every deployment of an environment to a table.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaStat")]
[OutputType(typeof(LogEntry))]
public sealed class GetKaStat : StatisticsCmdlet
{
    /// <summary>Only the latest, as many as this number, newest first. The default is all, oldest first.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (!IsAsked) return;
        var statistics = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Statistics;
        var query = new LogQuery { Filter = Filter(session), Sort = [new(LogField.Start, Descending: Last is not null)], Limit = Last };
        await foreach (var row in statistics.ReadLogAsync(query, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(row).ConfigureAwait(false);
    }
}
