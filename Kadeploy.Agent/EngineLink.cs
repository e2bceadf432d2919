using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kadeploy.Agent.Commands;
using Kadeploy.Protocol;

namespace Kadeploy.Agent;

/// <summary>Calls the engine, again and again, for as long as the node is up.</summary>
/// <param name="address">Whom to call, and what proves who is who.</param>
/// <param name="hello">What the agent says first.</param>
/// <param name="commands">The commands, which outlive each connection.</param>
internal sealed class EngineLink(KernelCommandLine address, Hello hello, CommandTable commands)
{
    private static readonly TimeSpan TlsTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(30);

    /// <summary>Serves engines until the token fires; never gives up by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var session = await TryOnceAsync(cancellationToken).ConfigureAwait(false);
            if (session is { IsWelcome: true }) pause = FirstPause;
            // A refusal is the engine's last word on this token, but the engine may have been started on the wrong state.
            if (session?.Refusal is { } refused)
            {
                Log.Write($"{address} refused this agent: {refused.Text}");
                pause = PauseAfterRefusal;
            }

            // Spread, so that a thousand nodes do not call at the same instant after their engine's restart.
            await Task.Delay(pause * (0.75 + (RandomNumberGenerator.GetInt32(500) / 1000.0)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<AgentSession?> TryOnceAsync(CancellationToken cancellationToken)
    {
        AgentSession? session = null;
        try
        {
            using var socket = await Dial.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await AuthenticateAsync(tls, cancellationToken).ConfigureAwait(false);
            session = new(tls, tls, commands);
            await session.RunAsync(hello, cancellationToken).ConfigureAwait(false);
            if (session.Refusal is null) Log.Write($"{address} ended the connection");
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException or ProtocolException or TimeoutException)
        {
            Log.Write($"{address}: {Describe(problem)}");
        }

        return session;
    }

    private async Task AuthenticateAsync(SslStream tls, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TlsTime, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new()
                {
                    TargetHost = "kadeploy",
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    // Nothing is downloaded to judge a certificate: not from addresses that an unknown server names, and there is no HTTP client.
                    CertificateChainPolicy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
                    // Dates and names do not matter, the node's clock may be years wrong: it is this certificate, or it is not.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(certificate),
                },
                stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("does not speak TLS");
        }
    }

    private bool IsPinned(X509Certificate? certificate) =>
        certificate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), address.Fingerprint);

    private static string Describe(Exception problem) => problem switch
    {
        AuthenticationException => "its certificate is not the one of kadeploy.fingerprint",
        SocketException socket => socket.SocketErrorCode.ToString(),
        _ => problem.Message,
    };
}
