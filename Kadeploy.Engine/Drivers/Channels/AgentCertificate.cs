using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>The listener's certificate: made once by itself, kept in the state directory, recognised by its fingerprint alone.</summary>
internal static class AgentCertificate
{
    private const string FileName = "agent-listener.p12";

    /// <summary>Loads the certificate, or makes it when there is none.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="time">The clock for a new certificate's dates.</param>
    /// <returns>A certificate with its private key.</returns>
    /// <exception cref="StoreException">The file cannot be read, is no certificate, or cannot be written.</exception>
    public static X509Certificate2 LoadOrCreate(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFile.CreateDirectory(directory);
            // Another engine may make one at the same moment: whose file is there first is the one for both.
            if (!File.Exists(path)) PrivateFile.TryCreate(path, Create(time));
            return X509CertificateLoader.LoadPkcs12FromFile(path, null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the certificate for agents, '{path}', cannot be read or made: {problem.Message}", problem);
        }
        catch (CryptographicException problem)
        {
            throw new StoreException(
                $"'{path}' is no certificate; delete it to have a new one made, and let nodes that wait for this engine boot again", problem);
        }
    }

    /// <summary>Gives a certificate's fingerprint.</summary>
    /// <returns>64 lower-case hexadecimal digits: the SHA-256 of the certificate.</returns>
    public static string FingerprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private static byte[] Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kadeploy", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        // Its dates are nobody's business: agents compare the fingerprint.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(50));
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
