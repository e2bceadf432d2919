using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Statistics;

/// <summary>Makes rates of counts.</summary>
internal static class FailureRates
{
    /// <summary>Makes a rate.</summary>
    /// <param name="tally">The counts.</param>
    /// <returns>The rate.</returns>
    public static FailureRate Of(OutcomeTally tally)
    {
        var total = tally.Ok + tally.Failed;
        return new()
        {
            Group = tally.Group,
            Ok = tally.Ok,
            Failed = tally.Failed,
            Others = tally.Others,
            Retried = tally.Retried,
            Rate = total == 0 ? 0 : (double)tally.Failed / total,
            Confidence = Proportions.Wilson(tally.Failed, total),
            Last = tally.Last,
        };
    }
}
