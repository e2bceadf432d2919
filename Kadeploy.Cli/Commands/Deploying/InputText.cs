using Kadeploy.Engine.Environments;

namespace Kadeploy.Cli.Commands.Deploying;

/// <summary>Gets texts that options name: by a path, an address of http or https, or "-" for standard input.</summary>
/// <param name="input">Standard input.</param>
internal sealed class InputText(TextReader input)
{
    private string? _readBy;

    /// <summary>Gets a text.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="name">The path, the address or "-".</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text, of at most a mebibyte.</returns>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public async Task<string> ReadAsync(string what, string name, CancellationToken cancellationToken)
    {
        if (name != "-") return await TextSource.ReadAsync(what, name, cancellationToken);
        if (_readBy is not null) throw new ConfigurationException($"standard input is named twice, for the {_readBy} and the {what}; give one of them by a file");
        _readBy = what;
        return await input.ReadToEndAsync(cancellationToken);
    }
}
