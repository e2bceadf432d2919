using System.Globalization;

namespace Kadeploy.Cli.Output.Statistics;

/// <summary>The columns of the log, with the names that kastat3 gives them as other names of the same.</summary>
internal static class LogColumns
{
    private static readonly Dictionary<string, SheetColumn<LogEntry>> Known = All().ToDictionary(static column => column.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["wid"] = "operation", ["hostname"] = "node", ["env"] = "environment", ["md5"] = "image_digest",
        ["timeout_step1"] = "step1_timeout", ["timeout_step2"] = "step2_timeout", ["timeout_step3"] = "step3_timeout", ["timeout_step4"] = "step4_timeout",
        ["retry_step1"] = "step1_retries", ["retry_step2"] = "step2_retries", ["retry_step3"] = "step3_retries", ["retry_step4"] = "step4_retries",
    };

    /// <summary>Gets the names of all columns in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All().Select(static column => column.Name)];

    /// <summary>Gets the names of the columns that a table shows unless others are asked for.</summary>
    public static IReadOnlyList<string> OfTable { get; } = ["start", "node", "cluster", "kind", "environment", "user", "duration", "state", "retries", "fault", "operation"];

    /// <summary>Finds a column.</summary>
    /// <param name="name">Its name, or the one that kastat3 gives it.</param>
    /// <returns>The column under the name that was asked for; null when there is none.</returns>
    public static SheetColumn<LogEntry>? Find(string name) =>
        Known.GetValueOrDefault(OtherNames.GetValueOrDefault(name, name)) is { } column ? column with { Name = name.ToLowerInvariant() } : null;

    /// <summary>Finds an order.</summary>
    /// <param name="name">The name of a column; a dash before it lets the largest come first.</param>
    /// <returns>The order; null when there is none.</returns>
    public static LogOrder? FindOrder(string name)
    {
        var descending = name.StartsWith('-');
        var column = OtherNames.GetValueOrDefault(name[(descending ? 1 : 0)..], name[(descending ? 1 : 0)..]).ToLowerInvariant();
        if (column.StartsWith("step", StringComparison.Ordinal) && column.Length > 4 && column[4] is >= '1' and <= '4')
        {
            LogField? field = column[5..] switch
            {
                "" => LogField.StepInstance,
                "_timeout" => LogField.StepLimit,
                "_retries" => LogField.StepRetries,
                "_duration" => LogField.StepDuration,
                _ => null,
            };
            return field is { } ofStep ? new(ofStep, descending, column[4] - '0') : null;
        }

        LogField? plain = column switch
        {
            "operation" => LogField.Operation,
            "kind" => LogField.Kind,
            "user" => LogField.User,
            "node" => LogField.Node,
            "cluster" => LogField.Cluster,
            "environment" => LogField.Environment,
            "start" => LogField.Start,
            "duration" => LogField.Duration,
            "state" or "success" => LogField.State,
            "retries" => LogField.Retries,
            "fault" or "error" => LogField.Fault,
            "image_digest" => LogField.ImageDigest,
            _ => null,
        };
        return plain is { } known ? new(known, descending) : null;
    }

    private static IEnumerable<SheetColumn<LogEntry>> All()
    {
        yield return SheetColumn<LogEntry>.OfText("operation", "Operation", static entry => entry.Operation.Value);
        yield return SheetColumn<LogEntry>.OfText("kind", "Kind", static entry => LogLine.Camel(entry.Kind));
        yield return SheetColumn<LogEntry>.OfText("user", "User", static entry => entry.User);
        yield return SheetColumn<LogEntry>.OfText("node", "Node", static entry => entry.Node.Value);
        yield return SheetColumn<LogEntry>.OfText("cluster", "Cluster", static entry => entry.Cluster);
        yield return SheetColumn<LogEntry>.OfText("environment", "Environment", static entry => entry.Environment);
        yield return SheetColumn<LogEntry>.OfMoment("start", "Start", static entry => entry.Start);
        yield return SheetColumn<LogEntry>.OfDuration("duration", "Duration", static entry => entry.Duration);
        yield return SheetColumn<LogEntry>.OfText("state", "State", static entry => LogLine.Camel(entry.State));
        yield return SheetColumn<LogEntry>.OfText("success", "Success", static entry => entry.State == NodeState.Ok ? "true" : "false");
        yield return SheetColumn<LogEntry>.OfNumber("retries", "Retries", static entry => entry.Retries);
        yield return SheetColumn<LogEntry>.OfText("fault", "Fault", static entry => entry.Fault?.ToString());
        yield return SheetColumn<LogEntry>.OfText("error", "Error", static entry => entry.Error);
        yield return SheetColumn<LogEntry>.OfText("image_digest", "Image digest", static entry => entry.ImageDigest);
        for (var i = 0; i < LogEntry.MostSteps; i++)
        {
            var place = i;
            var name = string.Create(CultureInfo.InvariantCulture, $"step{place + 1}");
            yield return SheetColumn<LogEntry>.OfText(name, $"Step {place + 1}", entry => Step(entry)?.Instance.Value);
            yield return SheetColumn<LogEntry>.OfDuration(name + "_timeout", "Limit", entry => Step(entry)?.Limit);
            yield return SheetColumn<LogEntry>.OfNumber(name + "_retries", "Retries", entry => Step(entry)?.Retries);
            yield return SheetColumn<LogEntry>.OfDuration(name + "_duration", "Took", entry => Step(entry)?.Duration);

            LogStep? Step(LogEntry entry) => place < entry.Steps.Length ? entry.Steps[place] : null;
        }
    }
}
