using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Asks HTTP servers that the policy allows, and no others, wherever names and redirects lead.</summary>
/// <remarks>The address that is connected to is the one that was checked: a name that is resolved to another address a moment later gains nothing. Redirects are followed here, each
/// like a request of its own, never from https to http. Certificates are verified. Proxies are not used: they would connect to what this cannot check.</remarks>
internal sealed class WebClient : IDisposable
{
    private const int MostRedirects = 5;

    /// <summary>How long a server may be silent.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;
    private readonly NetworkPolicy _policy;
    private readonly TimeProvider _time;

    /// <summary>Makes the client.</summary>
    /// <param name="policy">Which machines may be asked.</param>
    /// <param name="time">The clock of limits.</param>
    public WebClient(NetworkPolicy policy, TimeProvider time)
    {
        (_policy, _time) = (policy, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            // Later names may lead elsewhere.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = ConnectAsync,
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request, and what follows from redirects.</summary>
    /// <param name="method">The method.</param>
    /// <param name="location">Where to.</param>
    /// <param name="prepare">Adds headers to each request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The last answer, its headers read.</returns>
    /// <exception cref="WebRefusedException">It is no use to try again.</exception>
    /// <exception cref="HttpRequestException">The network failed.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri location, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, location);
            prepare?.Invoke(request);
            var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } next) return response;
            response.Dispose();
            if (redirects == MostRedirects) throw new WebRefusedException($"it redirects more than {MostRedirects} times");
            var from = location;
            location = next.IsAbsoluteUri ? next : new(location, next);
            if (location.Scheme is not ("http" or "https")) throw new WebRefusedException($"it redirects to '{Quoted.Text(location.OriginalString)}', which is no address of http or https");
            if (location.UserInfo.Length > 0) throw new WebRefusedException($"it redirects to {location.Host} with a user or a password");
            if (from.Scheme == Uri.UriSchemeHttps && location.Scheme == Uri.UriSchemeHttp) throw new WebRefusedException($"it redirects from https to http, on {location.Host}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StallLimit, _time);
        // Fires for: the callers; a server that does not answer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (failure.InnerException is WebRefusedException refused)
        {
            throw new WebRefusedException(refused.Message);
        }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException wrong)
        {
            throw new WebRefusedException($"the certificate of {request.RequestUri!.Host} is not trusted: {wrong.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer for {StallLimit.TotalSeconds:0} s");
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']');
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var allowed = addresses.Where(_policy.Allows).ToArray();
        if (allowed.Length == 0)
        {
            throw new WebRefusedException(addresses.Length == 0
                ? $"{host} has no address"
                : $"{host} is {addresses[0]}, on a network from which files are not fetched unless 'server: files: networks:' in kadeploy.yml names it");
        }

        for (var i = 0; ; i++)
        {
            var socket = new Socket(allowed[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(allowed[i], context.DnsEndPoint.Port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < allowed.Length)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

/// <summary>A server, or the policy, says no: to try again is of no use.</summary>
/// <param name="message">Why, for users.</param>
internal sealed class WebRefusedException(string message) : Exception(message);
