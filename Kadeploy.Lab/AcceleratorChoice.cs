using System.Text;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab;

/// <summary>Finds out what runs machines best, by letting a firmware run under each.</summary>
/// <remarks>That /dev/kvm is there says little: in some nested hypervisors everything outside a paravirtual kernel is emulated instruction by
/// instruction, many times slower than QEMU's own emulation, or dies.</remarks>
internal sealed class AcceleratorChoice(TimeProvider time)
{
    private const string KvmDevice = "/dev/kvm";
    private const string FirmwareDone = "No bootable device";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(300);

    /// <summary>Chooses.</summary>
    /// <param name="cache">A file that keeps the choice until the machine restarts.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>KVM or emulation.</returns>
    public async Task<Accelerator> ChooseAsync(string cache, CancellationToken cancellationToken)
    {
        if (!File.Exists(KvmDevice)) return Accelerator.Tcg;
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken).ConfigureAwait(false)).Trim();
        if (File.Exists(cache) && (await File.ReadAllTextAsync(cache, cancellationToken).ConfigureAwait(false)).Split(' ') is [var when, var kept]
            && when == boot && Enum.TryParse<Accelerator>(kept, out var known)) return known;
        var choice = Faster(
            await FirmwareTimeAsync(Accelerator.Kvm, cancellationToken).ConfigureAwait(false),
            await FirmwareTimeAsync(Accelerator.Tcg, cancellationToken).ConfigureAwait(false));
        await File.WriteAllTextAsync(cache, $"{boot} {choice}", cancellationToken).ConfigureAwait(false);
        return choice;
    }

    /// <summary>Compares.</summary>
    /// <param name="kvm">What the firmware took; null when it did not come to its end.</param>
    /// <param name="tcg">The same by emulation.</param>
    /// <returns>KVM unless the firmware failed or was clearly slower: what comes after the firmware gains more.</returns>
    public static Accelerator Faster(TimeSpan? kvm, TimeSpan? tcg) =>
        kvm is { } hardware && (tcg is not { } emulated || hardware < (2 * emulated) + Noise) ? Accelerator.Kvm : Accelerator.Tcg;

    private async Task<TimeSpan?> FirmwareTimeAsync(Accelerator accelerator, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token); // the caller, or the firmware is too slow
        var start = time.GetTimestamp();
        using var process = ProgramRun.Start(QemuArguments.Program, QemuArguments.EmptyMachine(accelerator));
        process.StandardInput.Close();
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var text = new StringBuilder();
            var buffer = new char[512];
            while (await process.StandardOutput.ReadAsync(buffer.AsMemory(), both.Token).ConfigureAwait(false) is var read and > 0)
                if (text.Append(buffer, 0, read).Replace("\0", "").ToString().Contains(FirmwareDone, StringComparison.Ordinal)) return time.GetElapsedTime(start);
            return null; // QEMU does not start with this accelerator
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
