namespace Kadeploy.Cli.Commands;

/// <summary>Reads files that are imported into the inventory.</summary>
internal static class InventoryFiles
{
    private const long Most = 64 << 20;

    /// <summary>Reads them.</summary>
    /// <param name="files">Their paths; "-" is standard input.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The texts.</returns>
    /// <exception cref="ConfigurationException">One cannot be read; all problems are listed.</exception>
    public static async Task<IReadOnlyList<InventoryText>> ReadAsync(IReadOnlyList<string> files, TextReader input, CancellationToken cancellationToken)
    {
        var (texts, problems) = (new List<InventoryText>(), new List<string>());
        foreach (var file in files)
        {
            try
            {
                if (texts.Any(text => text.Name == file)) problems.Add($"'{Printable.Text(file)}' is named twice");
                else if (file == "-") texts.Add(new(file, await input.ReadToEndAsync(cancellationToken)));
                else if (new FileInfo(file).Length > Most) problems.Add($"the file '{Printable.Text(file)}' has more than {Most} bytes");
                else texts.Add(new(file, await File.ReadAllTextAsync(file, cancellationToken)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                problems.Add($"the file '{Printable.Text(file)}' cannot be read: {failure.Message}");
            }
        }

        return problems.Count == 0 ? texts : throw new ConfigurationException([.. problems]);
    }
}
