namespace Kadeploy.Cli.Output;

/// <summary>Words for what became of keys of Kadeploy 3.</summary>
internal static class ImportWording
{
    /// <summary>Words what became of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>For example <c>not applicable: operations and their journal are kept</c>.</returns>
    public static string Of(ImportedKey key) => key.Outcome switch
    {
        ImportOutcome.TakenOver => key.Target,
        ImportOutcome.Adapted => $"{key.Target}: {key.Note}",
        ImportOutcome.NotApplicable => $"not applicable: {key.Note}",
        _ => key.Outcome.ToString(),
    };

    /// <summary>Words how many keys became what.</summary>
    /// <param name="keys">The keys.</param>
    /// <returns>For example <c>40 keys taken over, 3 changed, 60 not applicable</c>.</returns>
    public static string Tally(IReadOnlyList<ImportedKey> keys)
    {
        return $"{Count(ImportOutcome.TakenOver)} keys taken over, {Count(ImportOutcome.Adapted)} changed, {Count(ImportOutcome.NotApplicable)} not applicable";

        string Count(ImportOutcome outcome) => Wording.Number(keys.Count(key => key.Outcome == outcome));
    }
}
