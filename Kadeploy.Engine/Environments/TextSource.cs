using System.Text;

namespace Kadeploy.Engine.Environments;

/// <summary>Gets texts that users name by a path or an address of http or https: descriptions, lists, keys.</summary>
public static class TextSource
{
    private const int Most = 1 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Gets a text.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="name">The path or the address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text, of at most a mebibyte.</returns>
    /// <exception cref="ConfigurationException">It cannot be read, does not come within 30 seconds, or its address holds a user or a password.</exception>
    public static async Task<string> ReadAsync(string what, string name, CancellationToken cancellationToken)
    {
        var isAddress = Uri.TryCreate(name, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
        if (isAddress && address!.UserInfo.Length > 0)
            throw new ConfigurationException($"the address of the {what} on {address.Host} holds a user or a password, which lists of processes and messages would show; leave them out");
        try
        {
            if (isAddress)
                return await FetchAsync(address!, cancellationToken).ConfigureAwait(false);
            if (new FileInfo(name).Length > Most) throw new ConfigurationException($"the {what} '{Printable.Text(name)}' has more than {Most} bytes");
            return await File.ReadAllTextAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"the {what} '{Printable.Text(name)}' did not come within {Limit.TotalSeconds} seconds");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"the {what} '{Printable.Text(name)}' cannot be read: {failure.Message}");
        }
    }

    private static async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Limit, MaxResponseContentBufferSize = Most };
        return Encoding.UTF8.GetString(await client.GetByteArrayAsync(address, cancellationToken).ConfigureAwait(false));
    }
}
