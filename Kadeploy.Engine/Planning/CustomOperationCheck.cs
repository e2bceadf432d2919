using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks custom operations by themselves.</summary>
internal static partial class CustomOperationCheck
{
    /// <summary>Checks operations.</summary>
    /// <param name="operations">The operations.</param>
    /// <param name="where">Where they come from, for messages.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(ImmutableArray<CustomOperation> operations, string where, Problems problems)
    {
        foreach (var operation in operations)
        {
            var what = $"{where}custom operation '{Quoted.Text(operation.Name)}'";
            if (!NamePattern().IsMatch(operation.Name))
                problems.Add($"{what}: a name has 1 to 60 letters, digits, '_' and '-'");
            if (operation.Retries is < 0 or > PlanLimits.Retries)
                problems.Add($"{what}: {operation.Retries} retries; write a number from 0 to {PlanLimits.Retries}");
            CheckPlace(operation, what, problems);
            CheckAction(operation, what, problems);
        }
    }

    /// <summary>Finds the implementations to which an operation belongs.</summary>
    /// <param name="target">A macro-step or an implementation.</param>
    /// <returns>The implementations; none when the target is unknown.</returns>
    public static IEnumerable<InstanceDefinition> Targets(string target) => InstanceCatalog.All.Where(instance =>
        string.Equals(instance.MacroStep.ToString(), target, StringComparison.OrdinalIgnoreCase) || instance.Name == new InstanceName(target));

    private static void CheckPlace(CustomOperation operation, string what, Problems problems)
    {
        var targets = Targets(operation.Target).ToList();
        var step = operation.MicroStep;
        if (targets.Count == 0)
            problems.Add(
                $"{what}: '{Quoted.Text(operation.Target)}' is neither a macro-step nor an instance"
                + NearestName.Suggestion(operation.Target, PlanNames.MacroStepsAndInstances));
        if (!StepCatalog.All.ContainsKey(step))
            problems.Add(
                $"{what}: '{Quoted.Text(step.Value)}' is no micro-step{NearestName.Suggestion(step.Value, PlanNames.MicroSteps)}");
        else if (targets.Count > 0 && !targets.Exists(target => target.MicroSteps.Any(microStep => microStep.Name == step)))
            problems.Add(
                $"{what}: {operation.Target} has no micro-step {step}; it has "
                + string.Join(", ", targets.SelectMany(static target => target.MicroSteps).Select(static microStep => microStep.Name.Value).Distinct()));
    }

    private static void CheckAction(CustomOperation operation, string what, Problems problems)
    {
        if (operation.Arguments.Any(static argument => argument.Contains('\0')))
            problems.Add($"{what}: an argument holds a zero byte, which no program can receive");
        if (operation.Action is CustomAction.Send or CustomAction.Run)
        {
            if (operation.File is null) problems.Add($"{what}: {operation.Action.ToString().ToLowerInvariant()} needs a file");
            else RequestCheck.CheckAddress($"file of {what}", operation.File, problems);
            if (operation.File is { IsAbsoluteUri: true } file && FilesForNodes.FileName(file).Any(char.IsControl))
                problems.Add($"{what}: the name of the file holds a control character; give it another one");
        }

        if (operation.Action == CustomAction.Exec && (operation.Arguments.IsDefaultOrEmpty || operation.Arguments[0].Length == 0))
            problems.Add($"{what}: exec needs a program");
        if (operation.Action == CustomAction.Send && !(operation.Arguments.Length == 1 && DestinationPattern().IsMatch(operation.Arguments[0])))
            problems.Add(
                $"{what}: send needs one destination, a directory that begins with '/' or with a variable such as $KADEPLOY_ENV_EXTRACTION_DIR");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,60}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A(/|\$KADEPLOY_[A-Z_]*_(DIR|EXTRACTION_DIR)(/|\z))", RegexOptions.CultureInvariant)]
    private static partial Regex DestinationPattern();
}
