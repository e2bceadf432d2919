namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>Asks a system what it is, in the language of every shell.</summary>
internal static class SystemProof
{
    /// <summary>A script without quotation marks and backslashes, so that it fits between those of an <c>authorized_keys</c> line as it is.</summary>
    /// <remarks>The root's device is found by its number, since the kernel may call it /dev/root; a file system on several devices has no number of its
    /// own there, and is what was mounted.</remarks>
    public const string Script = """
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        b= m= u= d= s= e= a=0 n=
        { read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
        { read -r m </etc/kadeploy-deployment; } 2>/dev/null
        while read -r i p k t q x; do case $q in /) e=$k; x=${x##* - }; x=${x#* }; s=${x%% *};; esac; done </proc/self/mountinfo
        case $e in ?*) d=$(cd -P /sys/dev/block/$e 2>/dev/null && pwd -P);; esac
        case $d in ?*) d=/dev/${d##*/};; *) case $s in /dev/root) ;; /dev/*) d=$s;; esac;; esac
        set -f
        case $d in ?*) ;; *) for w in $(cat /proc/cmdline); do case $w in root=/dev/*) d=${w#root=};; root=UUID=*) u=${w#root=UUID=};; esac; done;; esac
        set +f
        case $d in ?*) for f in /dev/disk/by-uuid/*; do [ $f -ef $d ] && u=${f##*/}; done;; esac
        case $d:$u in ?*:) x=$(blkid $d 2>/dev/null); case $x in *[[:space:]]UUID=*) u=${x#*[[:space:]]UUID=?}; u=${u%%[!0-9a-zA-Z-]*};; esac;; esac
        for f in /proc/[0-9]*/comm; do { read -r n <$f; } 2>/dev/null; case $n in kadeploy-agent) a=1;; esac; done
        set -f
        echo boot_id=$b; echo root=$d; echo uuid=$u; echo marker=$m; echo agent=$a
        """;

    /// <summary>Gets the script on one line.</summary>
    public static string ForcedCommand { get; } = string.Join("; ", Script.Split('\n', StringSplitOptions.TrimEntries));

    /// <summary>Understands the answer.</summary>
    /// <param name="lines">What was printed; lines that are none of the script's are passed over.</param>
    /// <returns>The system, or null when the answer does not say which boot it is.</returns>
    public static RunningSystem? Parse(IEnumerable<string> lines)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) facts[line[..equals]] = line[(equals + 1)..].Trim();
        }

        if (facts.GetValueOrDefault("boot_id", "") is not { Length: > 0 } boot) return null;
        // Wherever the agent runs by itself, the deployment is still under way; one that was started through ssh has another name.
        return new(facts.GetValueOrDefault("agent") == "1" ? SystemKind.DeploymentEnvironment : SystemKind.Installed, boot)
        {
            RootDevice = facts.GetValueOrDefault("root", "") is { Length: > 0 } root ? root : null,
            RootFileSystemId = facts.GetValueOrDefault("uuid", "") is { Length: > 0 } id ? id : null,
            DeployedBy = OperationId.TryParse(facts.GetValueOrDefault("marker", ""), null, out var operation) ? operation : null,
        };
    }
}
