using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Builds the deployment environment: the kernel and initramfs that nodes boot into to be deployed.</summary>
/// <remarks>
/// <para>Writes vmlinuz and initrd.img. Everything comes from the Debian packages of this machine's own apt sources, unpacked and never installed: the system is not touched, and root
/// is not needed. Packages are fetched once, into a cache; the same packages give the same bytes. It needs Debian on amd64; copy the files to where machines boot from.</para>
/// <para>The result is the same for every site. What differs, keys, settings and the agent, goes into an overlay, a second initramfs that boot loaders append; the command 'kadeploy
/// miniroot overlay' makes one, and -Overlay puts it inside for boot servers that can send only one.</para>
/// </remarks>
/// <example>
/// <code>New-KaMiniroot -Path ./out</code>
/// <para>Writes out/vmlinuz and out/initrd.img, for virtual machines.</para>
/// </example>
/// <example>
/// <code>New-KaMiniroot -Path /srv/tftp/deploy -Kernel Generic -Profile Full</code>
/// <para>For physical machines, with tools for Windows images.</para>
/// </example>
/// <example>
/// <code>$m = New-KaMiniroot ./out -Overlay ./site.img -Refresh -Verbose
/// $m.Packages.Count</code>
/// <para>Takes newer packages, puts the site's overlay inside, shows what takes time, and counts the packages.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KaMiniroot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MinirootImages))]
public sealed class NewKaMiniroot : KaCmdlet
{
    /// <summary>The directory that receives the files; it is made when it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("OutputDirectory")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>How much it carries: Min has what every deployment needs, Std also other file systems, boot loaders, multicast and rsync, Full also WIM and NTFS, BitTorrent, cloning
    /// and GPT tools. The default is Std.</summary>
    [Parameter]
    public MinirootProfile Profile { get; set; } = MinirootProfile.Std;

    /// <summary>Which kernel it has: Cloud for virtual machines, or Generic with the usual network cards and disk controllers. The default is Cloud.</summary>
    [Parameter]
    public MinirootKernel Kernel { get; set; } = MinirootKernel.Cloud;

    /// <summary>Overlays to append to the initramfs, in their order; later ones win. The default is none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Overlay { get; set; } = [];

    /// <summary>The directory that keeps packages and unpacked trees. The default is $XDG_CACHE_HOME/kadeploy/miniroot, or below ~/.cache.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CacheDirectory { get; set; }

    /// <summary>Look for newer versions of the packages. By default those of the last build stand, so that it can be repeated.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            var options = new MinirootOptions
            {
                OutputDirectory = FullPath(Path), Profile = Profile, Kernel = Kernel, Overlays = [.. Overlay.Select(FullPath)],
                CacheDirectory = CacheDirectory is null ? MinirootOptions.DefaultCache : FullPath(CacheDirectory), Refresh = Refresh,
            };
            PipelineBridge.Run(new CmdletStreams(this, forced: false), (streams, stopped) => BuildAsync(options, streams, stopped), StopToken);
        }
        catch (KadeployException failure)
        {
            Throw(failure);
        }
    }

    private static async Task BuildAsync(MinirootOptions options, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var question = Strings.AskMiniroot(options.Profile, options.Kernel, options.OutputDirectory);
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        if (!OperatingSystem.IsLinux()) throw new ConfigurationException(Strings.MinirootNeedsLinux);
        var images = await Narration.RunAsync(streams, Strings.MinirootActivity(options.OutputDirectory), say => EngineLoader.Miniroot.BuildAsync(options, say, cancellationToken)).ConfigureAwait(false);
        if (images.Missing.Count > 0) await streams.WriteWarningAsync(Strings.MinirootLacks(string.Join(", ", images.Missing))).ConfigureAwait(false);
        await streams.WriteAsync(images).ConfigureAwait(false);
    }
}
