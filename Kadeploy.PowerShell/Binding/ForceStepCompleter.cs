namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes choices of instances, in the form MACRO|INSTANCE:RETRIES:TIMEOUT.</summary>
public sealed class ForceStepCompleter : KaCompleter
{
    private protected override string What => "instances";

    private protected override Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Completion>>(
        [
            .. session.ListInstances().Select(static each => new Completion(
                $"{each.MacroStep}|{each.Name.Value[each.MacroStep.ToString().Length..]}:0:0", $"{each.Name}, once, without a limit: {string.Join(", ", each.MicroSteps)}")),
        ]);
}
