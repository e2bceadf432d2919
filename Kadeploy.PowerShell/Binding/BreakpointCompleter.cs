namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes places where nodes may stop: macro-steps, their instances, and micro-steps of these.</summary>
public sealed class BreakpointCompleter : KaCompleter
{
    private protected override string What => "breakpoints";

    private protected override Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        var instances = session.ListInstances();
        IEnumerable<Completion> words =
        [
            .. Enum.GetNames<MacroStep>().Where(name => instances.Any(each => each.MacroStep.ToString() == name)).Select(static name => new Completion(name, $"before the macro-step {name}")),
            .. instances.SelectMany(static each => each.MicroSteps.Select(step => (each.MacroStep, Step: step))).Distinct()
                .Select(static each => new Completion($"{each.MacroStep}:{each.Step}", $"before {each.Step} in any instance of {each.MacroStep}")),
            .. instances.Select(static each => new Completion(each.Name.Value, $"before the instance {each.Name}")),
            .. instances.SelectMany(static each => each.MicroSteps.Select(step => new Completion($"{each.Name}:{step}", $"before {step} in {each.Name}"))).DistinctBy(static each => each.Word),
        ];
        return Task.FromResult<IReadOnlyList<Completion>>([.. words]);
    }
}
