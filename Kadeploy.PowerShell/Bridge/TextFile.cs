namespace Kadeploy.PowerShell.Bridge;

/// <summary>Gives text to the pipeline, or writes it to a file.</summary>
internal static class TextFile
{
    /// <summary>Gives or writes it.</summary>
    /// <param name="streams">What to tell.</param>
    /// <param name="file">The file's full path, or null to give the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="question">What is asked before a file is written.</param>
    /// <param name="passThru">Whether the file is given.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConfigurationException">The file cannot be written.</exception>
    public static async Task WriteAsync(ICmdletStreams streams, string? file, string text, string question, bool passThru, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            await streams.WriteAsync(text).ConfigureAwait(false);
            return;
        }

        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        try
        {
            await File.WriteAllTextAsync(file, text, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(Strings.NotWritten(file, failure.Message));
        }

        if (passThru) await streams.WriteAsync(new FileInfo(file)).ConfigureAwait(false);
    }
}
