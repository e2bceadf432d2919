using System.Collections.Immutable;
using System.Globalization;

namespace Kadeploy.Engine.Planning;

/// <summary>Reads and writes the workflow of one operation in the syntax of <c>--force-steps</c>.</summary>
/// <remarks><c>SetDeploymentEnv|Untrusted:1:450,Kexec:0:200&amp;BroadcastEnv|Chain:2:300 + n</c>: macro-steps are parted by <c>&amp;</c>, their
/// instances by <c>,</c>; an instance has a full or a short name, a number of retries (0 when absent) and a limit (the default when absent),
/// which may be an expression with commas in parentheses.</remarks>
internal static class ForceSteps
{
    /// <summary>Reads a workflow.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problems">Receives what is wrong, each with its position from 1.</param>
    /// <returns>The macro-steps that are named, with their instances; what is wrong is left out.</returns>
    public static ImmutableArray<MacroStepChoice> Parse(string text, Problems problems)
    {
        var choices = new List<MacroStepChoice>();
        foreach (var section in Split(text, 0, '&'))
            if (ParseSection(section, choices, problems) is { } choice) choices.Add(choice);
        return [.. choices];
    }

    /// <summary>Writes a workflow.</summary>
    /// <param name="choices">The macro-steps with their instances.</param>
    /// <returns>What <see cref="Parse"/> reads as the same names, retries and limits; other settings cannot be written.</returns>
    public static string Format(IEnumerable<MacroStepChoice> choices) => string.Join('&', choices.Select(static choice =>
        $"{choice.MacroStep}|{string.Join(',', choice.Instances.Select(Format))}"));

    private static string Format(InstanceChoice instance)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"{instance.Name}:{instance.Retries}");
        return instance.Timeout is null ? start : $"{start}:{instance.Timeout}";
    }

    private static MacroStepChoice? ParseSection(Piece section, List<MacroStepChoice> before, Problems problems)
    {
        var bar = section.Text.IndexOf('|');
        var name = new Piece(bar < 0 ? section.Text : section.Text[..bar], section.Start).Trim();
        if (!PlanNames.OfDeployments.Contains(name.Text, StringComparer.OrdinalIgnoreCase))
        {
            Report(problems, name, name.Text.Length == 0
                ? $"a macro-step is missing; write {string.Join(", ", PlanNames.OfDeployments)}, '|' and instances"
                : $"'{name.Text}' is no macro-step{NearestName.SuggestionOrList(name.Text, PlanNames.OfDeployments, PlanNames.OfDeployments)}");
            return null;
        }

        var macroStep = Enum.Parse<MacroStep>(name.Text, ignoreCase: true);
        if (before.Any(choice => choice.MacroStep == macroStep))
            Report(problems, name, $"{macroStep} is named twice; list all its instances in one place");
        if (bar < 0)
        {
            Report(problems, name with { Start = name.Start + name.Text.Length }, $"after {macroStep}, '|' and its instances are missing");
            return null;
        }

        var instances = new List<InstanceChoice>();
        foreach (var piece in Split(section.Text[(bar + 1)..], section.Start + bar + 1, ','))
            if (ParseInstance(macroStep, piece, problems) is { } instance) instances.Add(instance);
        return instances.Count == 0 ? null : new(macroStep, [.. instances]);
    }

    private static InstanceChoice? ParseInstance(MacroStep macroStep, Piece piece, Problems problems)
    {
        var parts = Split(piece.Text, piece.Start, ':');
        var name = parts[0].Trim();
        var definition = InstanceNames.Resolve(macroStep, name.Text, out var problem);
        if (problem is not null) Report(problems, name, problem);
        var retries = 0;
        if (parts.Count > 1 && parts[1].Trim() is var count
            && (!int.TryParse(count.Text, NumberStyles.None, CultureInfo.InvariantCulture, out retries) || retries > PlanLimits.Retries))
            Report(problems, count, $"'{count.Text}' is no number of retries; write one from 0 to {PlanLimits.Retries}");
        TimeoutExpression? timeout = null;
        if (parts.Count > 2 && parts[2].Trim() is var limit && !TimeoutExpression.TryParse(limit.Text, out timeout, out var wrong))
            Report(problems, limit, wrong);
        if (parts.Count > 3)
            Report(problems, parts[3] with { Start = parts[3].Start - 1 }, "':' was not expected; an instance is written NAME:RETRIES:TIMEOUT");
        return definition is null ? null : new(definition.Name, retries, timeout);
    }

    private static void Report(Problems problems, Piece piece, string what) =>
        problems.Add(string.Create(CultureInfo.InvariantCulture, $"force-steps, position {piece.Start + 1}: {what}"));

    private static List<Piece> Split(string text, int start, char separator)
    {
        var pieces = new List<Piece>();
        var (depth, from) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            // Commas between parentheses belong to a limit; macro-steps end whatever parenthesis was forgotten.
            if (i < text.Length && text[i] is '(' or ')') depth += text[i] == '(' ? 1 : -1;
            if (i < text.Length && (text[i] != separator || (separator == ',' && depth > 0))) continue;
            pieces.Add(new(text[from..i], start + from));
            from = i + 1;
        }

        return pieces;
    }

    private readonly record struct Piece(string Text, int Start)
    {
        public Piece Trim() => new(Text.Trim(), Start + Text.Length - Text.TrimStart().Length);
    }
}
