using System.Text;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Writes what nodes boot into the repository of a TFTP or HTTP server, a file for each node.</summary>
/// <remarks>A profile is written beside its place and moved there, mode 0644: a node that boots meanwhile reads the old one or the new one. Where
/// another boot program is chained to, its profile is there before the chain is.</remarks>
public sealed class ProfileNetBoot : INetBoot
{
    private readonly NetBootOptions _options;

    /// <summary>Makes the driver.</summary>
    /// <param name="options">What nodes boot, and how.</param>
    /// <exception cref="ConfigurationException">The settings are wrong; it lists every problem.</exception>
    public ProfileNetBoot(NetBootOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (NetBootCheck.Problems(options) is { IsEmpty: false } problems) throw new ConfigurationException(problems);
        _options = options;
    }

    /// <inheritdoc/>
    public string Missing => "";

    /// <summary>Gets what puts users' files into the repository; null when they cannot bring any.</summary>
    internal UserBootFiles? UserFiles { get; init; }

    /// <inheritdoc/>
    public async Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(entry);
        // Files may lie on a slow server: the caller's thread is not theirs.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancellationToken.ThrowIfCancellationRequested();
        if (entry is BootEntry.Custom custom)
        {
            ArgumentNullException.ThrowIfNull(attempt);
            await PrepareAsync(node, custom, attempt.Operation, cancellationToken).ConfigureAwait(false);
            return;
        }

        var own = entry is BootEntry.LocalDisk ? _options.Local : _options.Network;
        var program = own ?? _options.Dhcp;
        Write(node, program, Text(node, program, entry, attempt));
        if (own is not null) Write(node, _options.Dhcp, new ProfileText(_options.Dhcp, _options.Firmware).Chain(own));
    }

    /// <summary>Sets a node to boot a kernel from the repository that is not the deployment environment's.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">The kernel with all of its parameters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task PrepareKernelAsync(Node node, NetworkKernel kernel, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancellationToken.ThrowIfCancellationRequested();
        if (kernel.Parameters.Any(char.IsControl)) throw new InvalidOperationException("kernel parameters hold a control character");
        var program = _options.Network ?? _options.Dhcp;
        Write(node, program, new ProfileText(program, _options.Firmware).Network(kernel, kernel.Parameters));
        if (_options.Network is not null) Write(node, _options.Dhcp, new ProfileText(_options.Dhcp, _options.Firmware).Chain(program));
    }

    /// <inheritdoc/>
    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(attempt);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<NetworkBootFiles>(cancellationToken);
        var repository = (_options.Network ?? _options.Dhcp).Repository;
        var kernel = _options.Deployment;
        return Task.FromResult(new NetworkBootFiles(
            Path.GetFullPath(Path.Join(repository, kernel.Kernel)),
            [.. kernel.Initrds.Select(initrd => Path.GetFullPath(Path.Join(repository, initrd)))],
            Parameters(kernel, node, attempt)));
    }

    /// <summary>Writes a user's profile, for the program that DHCP names.</summary>
    private async Task PrepareAsync(Node node, BootEntry.Custom entry, OperationId operation, CancellationToken cancellationToken)
    {
        if (!entry.Profile.Files.IsEmpty)
        {
            var files = UserFiles ?? throw new DriverUnusableException(
                FaultCodes.BootProfile, $"node {node.Name}: no folder for users' boot files is configured (boot.userfiles)");
            await files.PutAsync(entry.Profile, entry.User, operation, cancellationToken).ConfigureAwait(false);
        }

        var prefix = _options.UserFiles is { } folder ? UserBootFiles.PrefixOf(folder.Folder, entry.User) : null;
        Write(node, _options.Dhcp, new ProfileText(_options.Dhcp, _options.Firmware).Custom(entry.Profile, node.Name, prefix));
    }

    private string Parameters(NetworkKernel kernel, Node node, AttemptId attempt)
    {
        var own = _options.NodeParameters?.Invoke(node, attempt) ?? "";
        if (own.Any(char.IsControl)) throw new InvalidOperationException("kernel parameters of a node hold a control character");
        return string.Join(' ', new[] { kernel.Parameters, own }.Where(static part => part.Length > 0));
    }

    private string Text(Node node, NetBootProgram program, BootEntry entry, AttemptId attempt)
    {
        var text = new ProfileText(program, _options.Firmware);
        return entry switch
        {
            BootEntry.LocalDisk local => text.Local(
                _options.LocalHeader ?? program.Header, Startable(program, local), BootDisk.Number(local, _options.DiskNumbers), _options),
            BootEntry.NfsRoot => Network(_options.NfsRoot ?? throw new DriverUnusableException(
                FaultCodes.BootProfile, $"node {node.Name}: no kernel for a root on NFS is configured")),
            _ => Network(_options.Deployment),
        };

        string Network(NetworkKernel kernel) => text.Network(kernel, Parameters(kernel, node, attempt));
    }

    /// <summary>Leaves the choice of the partition to the disk's own boot loader where iPXE has no program that starts one.</summary>
    /// <remarks>Only chain.c32 of Syslinux 4 runs under iPXE: a site that has it puts it into the repository. Current ones hang there.</remarks>
    private static BootEntry.LocalDisk Startable(NetBootProgram program, BootEntry.LocalDisk entry) =>
        program.Method == NetBootMethod.Ipxe && !File.Exists(Path.Join(program.Repository, "chain.c32")) ? entry with { Partition = null } : entry;

    private static void Write(Node node, NetBootProgram program, string text)
    {
        var folder = Path.GetFullPath(Path.Join(program.Repository, program.ProfilesFolder));
        foreach (var name in ProfileNames.Of(node, program))
        {
            var file = Path.GetFullPath(Path.Join(folder, name));
            if (Path.GetDirectoryName(file) != Path.TrimEndingDirectorySeparator(folder))
                throw new InvalidOperationException($"the profile '{name}' would not lie in '{folder}'");
            try
            {
                Replace(folder, file, text);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new OperationFailedException(
                    FaultCodes.BootProfile, $"node {node.Name}: the boot profile '{file}' could not be written: {failure.Message}", failure);
            }
        }
    }

    private static void Replace(string folder, string file, string text)
    {
        // A name that no boot program asks for, in the same folder, so that moving it is one change.
        var temporary = Path.Join(folder, $".{Guid.NewGuid():N}.part");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            // Set, not asked for at creation: the process's mask must not take away what the server's user needs.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
