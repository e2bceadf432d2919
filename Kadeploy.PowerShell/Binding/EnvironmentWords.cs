namespace Kadeploy.PowerShell.Binding;

/// <summary>Makes words for completion of what is in the catalogue of environments.</summary>
internal static class EnvironmentWords
{
    /// <summary>Asks the catalogue.</summary>
    /// <param name="session">The session.</param>
    /// <param name="selection">Which environments.</param>
    /// <param name="word">Makes the word.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The words in the order of the catalogue; none where there is no state, which must not be made by a key press.</returns>
    public static async Task<IReadOnlyList<Completion>> LoadAsync(
        ISession session, EnvironmentSelection selection, Func<RecordedEnvironment, Completion> word, CancellationToken cancellationToken)
    {
        if (!HasState(session)) return [];
        var environments = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        return [.. (await environments.ListAsync(selection, session.User, cancellationToken).ConfigureAwait(false)).Select(word)];
    }

    /// <summary>Says whether a session has a state that can be asked.</summary>
    /// <param name="session">The session.</param>
    /// <returns>Whether it has.</returns>
    public static bool HasState(ISession session) => session.Settings.StateDirectory is { } state && File.Exists(Path.Combine(state, "kadeploy.db"));

    /// <summary>Describes an environment on one line.</summary>
    /// <param name="recorded">The environment.</param>
    /// <returns>Its version, owner, system and visibility.</returns>
    public static string Describe(RecordedEnvironment recorded) =>
        $"{recorded.Environment} of {recorded.Environment.User}, {recorded.Environment.OperatingSystem}, {recorded.Environment.Visibility}";
}
