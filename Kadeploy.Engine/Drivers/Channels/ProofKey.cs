using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>The engine's own key pair, with which it asks deployed systems what they are.</summary>
/// <remarks>The public half goes into images with a forced command: whoever holds the private half may read a few facts, and nothing else.</remarks>
internal sealed class ProofKey
{
    private const string FileName = "proof-key";

    private ProofKey(string identityFile, string publicKey) =>
        (IdentityFile, AuthorizedKeysLine) = (identityFile, $"restrict,command=\"{SystemProof.ForcedCommand}\" {publicKey}");

    /// <summary>Gets the file of the private key, readable by the engine's user alone.</summary>
    public string IdentityFile { get; }

    /// <summary>Gets what belongs into a system's <c>authorized_keys</c>: one line, without its end. It is no secret.</summary>
    public string AuthorizedKeysLine { get; }

    /// <summary>Loads the key pair, or makes it when there is none.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for ssh-keygen.</param>
    /// <exception cref="DriverUnusableException">There is no ssh-keygen, or it refuses the key that is there.</exception>
    /// <exception cref="StoreException">The directory cannot be written.</exception>
    public static async Task<ProofKey> LoadOrCreateAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var runner = new ProcessRunner(time);
        var path = Path.Combine(Path.GetFullPath(stateDirectory), FileName);
        try
        {
            PrivateFile.CreateDirectory(stateDirectory);
            if (!File.Exists(path)) await CreateAsync(runner, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the key for asking deployed systems, '{path}', cannot be made: {problem.Message}", problem);
        }

        return new(path, await RunAsync(runner, ["-y", "-P", "", "-f", path], cancellationToken).ConfigureAwait(false));
    }

    private static async Task CreateAsync(ProcessRunner runner, string path, CancellationToken cancellationToken)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            await RunAsync(runner, ["-q", "-t", "ed25519", "-N", "", "-C", "kadeploy-proof", "-f", beside], cancellationToken).ConfigureAwait(false);
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another engine made one in this instant: it is the one for both.
        }
        finally
        {
            File.Delete(beside);
            File.Delete(beside + ".pub");
        }
    }

    private static async Task<string> RunAsync(ProcessRunner runner, string[] arguments, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand { Program = "ssh-keygen", Arguments = [.. arguments.Select(static each => (ProcessArgument)each)] };
        var outcome = await runner.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return outcome.ExitStatus == 0
            ? string.Join(' ', outcome.Output)
            : throw new DriverUnusableException(FaultCodes.DriverMissing, $"'{arguments[^1]}' is no key that ssh-keygen can read: delete it to have a new one made, and deploy nodes again")
            {
                Evidence = outcome.Evidence,
            };
    }
}
