using System.Text;

namespace Kadeploy.Cli.Commands.Deploying;

/// <summary>Gets texts that options name: by a path, an address of http or https, or "-" for standard input.</summary>
/// <param name="input">Standard input.</param>
internal sealed class InputText(TextReader input)
{
    private const int Most = 1 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private string? _readBy;

    /// <summary>Gets a text.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="name">The path, the address or "-".</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text, of at most a mebibyte.</returns>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public async Task<string> ReadAsync(string what, string name, CancellationToken cancellationToken)
    {
        if (name == "-")
        {
            if (_readBy is not null) throw new ConfigurationException($"standard input is named twice, for the {_readBy} and the {what}; give one of them by a file");
            _readBy = what;
            return await input.ReadToEndAsync(cancellationToken);
        }

        var isAddress = Uri.TryCreate(name, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
        if (isAddress && address!.UserInfo.Length > 0)
            throw new ConfigurationException($"the address of the {what} on {address.Host} holds a user or a password, which lists of processes and messages would show; leave them out");
        try
        {
            if (isAddress)
                return await FetchAsync(address!, cancellationToken);
            if (new FileInfo(name).Length > Most) throw new ConfigurationException($"the {what} '{name}' has more than {Most} bytes");
            return await File.ReadAllTextAsync(name, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"the {what} '{name}' did not come within {Limit.TotalSeconds} seconds");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"the {what} '{name}' cannot be read: {failure.Message}");
        }
    }

    private static async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Limit, MaxResponseContentBufferSize = Most };
        return Encoding.UTF8.GetString(await client.GetByteArrayAsync(address, cancellationToken));
    }
}
