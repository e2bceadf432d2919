using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Says how often nodes fail, how long steps take, and which nodes stand out.</summary>
/// <remarks>
/// <para>Without more it gives failure rates: how many nodes of each group ended well and how many failed, with the bounds between which the true rate lies with 95 % confidence, the highest rate first.
/// With -Duration it gives how long steps took: median, percentiles and the confidence of the median. With -Suspect it finds nodes that stand out among their cluster by failing or by
/// being slow, with the evidence. With -CompareFrom it says what has changed between two periods, and whether that may be chance.</para>
/// <para>Rows are put together by what -By says: Cluster, Node, Environment, User, Kind, Day, or several of these.</para>
/// </remarks>
/// <example>
/// <code>Measure-KaStat -By Node -From (Get-Date).AddDays(-30) | Where-Object Rate -GT 0.1</code>
/// <para>Shows the nodes of which more than one in ten operations failed in a month.</para>
/// </example>
/// <example>
/// <code>Measure-KaStat -Duration -Level MacroStep -Environment debian13</code>
/// <para>Shows how long the macro-steps of an environment's deployments take on each cluster.</para>
/// </example>
/// <example>
/// <code>Measure-KaStat -Suspect | Format-List</code>
/// <para>Shows which nodes deserve a look, and why.</para>
/// </example>
/// <example>
/// <code>(Measure-KaStat -CompareFrom '2026-02-01' -CompareUntil '2026-03-01' -From '2026-03-01').Durations | Where-Object Verdict -EQ Worse</code>
/// <para>Shows what has become slower since February.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "KaStat", DefaultParameterSetName = RateSet)]
[OutputType(typeof(FailureRate), ParameterSetName = new[] { RateSet })]
[OutputType(typeof(StepFigures), ParameterSetName = new[] { DurationSet })]
[OutputType(typeof(SuspectNode), ParameterSetName = new[] { SuspectSet })]
[OutputType(typeof(PeriodComparison), ParameterSetName = new[] { ComparisonSet })]
public sealed class MeasureKaStat : StatisticsCmdlet
{
    private const string RateSet = "Rate";
    private const string DurationSet = "Duration";
    private const string SuspectSet = "Suspect";
    private const string ComparisonSet = "Comparison";

    /// <summary>By what rows are put together. The default is Cluster.</summary>
    [Parameter(ParameterSetName = RateSet)]
    [Parameter(ParameterSetName = DurationSet)]
    [Parameter(ParameterSetName = ComparisonSet)]
    public StatisticsKeys By { get; set; } = StatisticsKeys.Cluster;

    /// <summary>Only groups with at least this rate, from 0 to 1. The default is 0.</summary>
    [Parameter(ParameterSetName = RateSet)]
    [ValidateRange(0.0, 1.0)]
    public double MinimumRate { get; set; }

    /// <summary>Give how long steps took.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DurationSet)]
    public SwitchParameter Duration { get; set; }

    /// <summary>Of what durations are given: MicroStep, MacroStep, or Whole for whole operations. The default is MicroStep.</summary>
    [Parameter(ParameterSetName = DurationSet)]
    [Parameter(ParameterSetName = ComparisonSet)]
    public DurationLevel Level { get; set; }

    /// <summary>Only these steps: names of macro-steps, of their instances, of micro-steps, or INSTANCE:MICRO.</summary>
    [Parameter(ParameterSetName = DurationSet)]
    [Parameter(ParameterSetName = ComparisonSet)]
    [ArgumentCompleter(typeof(Binding.BreakpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Step { get; set; } = [];

    /// <summary>Give histograms with the durations.</summary>
    [Parameter(ParameterSetName = DurationSet)]
    public SwitchParameter Histogram { get; set; }

    /// <summary>Find the nodes that stand out among their cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SuspectSet)]
    public SwitchParameter Suspect { get; set; }

    /// <summary>How many operations a node must have ended to be judged, from 2. The default is 5.</summary>
    [Parameter(ParameterSetName = SuspectSet)]
    [ValidateRange(2, int.MaxValue)]
    public int FewestOperations { get; set; } = 5;

    /// <summary>How improbable failures must be by chance over all nodes of a cluster together, above 0 and below 1. The default is 0.01.</summary>
    [Parameter(ParameterSetName = SuspectSet)]
    public double Significance { get; set; } = 0.01;

    /// <summary>The beginning of the period that -From and -Until are compared with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ComparisonSet)]
    public DateTimeOffset CompareFrom { get; set; }

    /// <summary>The end of that period, itself excluded. The default is -From.</summary>
    [Parameter(ParameterSetName = ComparisonSet)]
    public DateTimeOffset? CompareUntil { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (!IsAsked) return;
        var statistics = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Statistics;
        var filter = Filter(session);
        switch (ParameterSetName)
        {
            case RateSet:
                await TellAsync(await statistics.GetFailureRatesAsync(filter, By, MinimumRate, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            case DurationSet:
                await TellAsync(await statistics.GetDurationsAsync(Durations(filter), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            case SuspectSet:
                var query = new SuspectQuery { Filter = filter, FewestOperations = FewestOperations, Significance = Significance };
                await TellAsync(await statistics.FindSuspectsAsync(query, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return;
        }

        if (From is not { } from) throw new ConfigurationException(Strings.ComparisonNeedsFrom);
        var comparison = new ComparisonQuery { Before = new(CompareFrom, CompareUntil ?? from), After = new(from, Until ?? TimeProvider.System.GetUtcNow()), Durations = Durations(filter) };
        await streams.WriteAsync(await statistics.CompareAsync(comparison, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        async Task TellAsync<T>(IEnumerable<T> found)
            where T : notnull
        {
            foreach (var each in found) await streams.WriteAsync(each).ConfigureAwait(false);
        }
    }

    private DurationQuery Durations(StatisticsFilter filter) => new() { Filter = filter, By = By, Level = Level, Steps = [.. Step], Histogram = Histogram };
}
