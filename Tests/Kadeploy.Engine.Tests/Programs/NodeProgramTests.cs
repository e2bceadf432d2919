using System.Diagnostics;
using System.Text.RegularExpressions;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Tests.Drivers.NetBoot;
using Xunit;

namespace Kadeploy.Engine.Tests.Programs;

/// <summary>Runs the programs that are sent to nodes, in both shells that nodes may have.</summary>
public sealed partial class NodeProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kadeploy-programs");

    public static TheoryData<string> Shells => ["dash", "busybox"];

    private static IEnumerable<string> Names => typeof(EngineHost).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith("NodePrograms/", StringComparison.Ordinal)).Select(static name => name["NodePrograms/".Length..]);

    private string Root => Path.Join(_folder.FullName, "image");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_program_that_steps_name_is_embedded_and_no_other() =>
        Assert.Equal(
            typeof(NodePrograms).GetFields()
                .Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            Names.Order(StringComparer.Ordinal));

    [Fact]
    public void Programs_that_follow_links_inside_the_image_do_it_alike()
    {
        var copies = Names.Select(Text).Select(static text => Resolve().Match(text)).Where(static match => match.Success).Select(static match => match.Value);
        Assert.Single(copies.Distinct());
    }

    [Fact]
    public void Shellcheck_finds_nothing()
    {
        SkipWithout("shellcheck");
        foreach (var name in Names)
        {
            var (status, output) = Start("shellcheck", ["-s", "sh", Write(name)]);
            Assert.True(status == 0, output);
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Keys_are_added_once_inside_the_image_with_strict_permissions(string shell)
    {
        // The home of root is a link that leads out of the image, unless it is followed inside it.
        Directory.CreateDirectory(Path.Join(Root, "var", "home"));
        Directory.CreateSymbolicLink(Path.Join(Root, "root"), "/var/home");
        var file = Path.Join(Root, "var", "home", ".ssh", "authorized_keys");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "ssh-ed25519 OLD"); // no line end
        string[] arguments = ["--root", Root, "/root/.ssh/authorized_keys"];
        for (var i = 0; i < 2; i++)
        {
            var (status, output) = Run(shell, "kadeploy-add-keys", arguments, "restrict,command=\"a b\" ssh-ed25519 NEW\r\n\nssh-ed25519 OLD\n");
            Assert.True(status == 0, output);
        }

        Assert.Equal("ssh-ed25519 OLD\nrestrict,command=\"a b\" ssh-ed25519 NEW\n", File.ReadAllText(file));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Kernel_files_are_looked_for_inside_the_image_and_all_that_is_wrong_is_told(string shell)
    {
        Directory.CreateDirectory(Path.Join(Root, "boot"));
        File.WriteAllText(Path.Join(Root, "boot", "vmlinuz-6"), "kernel");
        File.WriteAllText(Path.Join(Root, "boot", "empty"), "");
        File.CreateSymbolicLink(Path.Join(Root, "vmlinuz"), "/boot/vmlinuz-6");
        File.CreateSymbolicLink(Path.Join(Root, "initrd"), "boot/initrd-6");
        File.CreateSymbolicLink(Path.Join(Root, "circle"), "/circle");
        var (status, output) = Run(shell, "kadeploy-check-files", [Root, "/vmlinuz"]);
        Assert.True(status == 0, output);

        (status, output) = Run(shell, "kadeploy-check-files", [Root, "/vmlinuz", "/initrd", "/boot/empty", "/circle"]);
        Assert.Equal(1, status);
        Assert.Contains("kadeploy-check-files: the image has no file /initrd, which leads to /boot/initrd-6; there is empty vmlinuz-6 in that directory", output, StringComparison.Ordinal);
        Assert.Contains("/boot/empty in the image is empty", output, StringComparison.Ordinal);
        Assert.Contains("/circle lead in a circle", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void The_marker_begins_with_what_was_given_and_replaces_an_older_one(string shell)
    {
        Directory.CreateDirectory(Path.Join(Root, "etc"));
        File.WriteAllText(Path.Join(Root, "etc", "kadeploy-deployment"), "D-old\n");
        var (status, output) = Run(shell, "kadeploy-write-marker", [Root, "/dev/null"], "D-new\nenvironment: tiny\n");
        Assert.True(status == 0, output);
        Assert.Matches(@"\AD-new\nenvironment: tiny\ndate: \d{4}-\d\d-\d\dT[0-9:]{8}Z\n\z", File.ReadAllText(Path.Join(Root, "etc", "kadeploy-deployment")));

        Directory.Delete(Path.Join(Root, "etc"), recursive: true);
        (status, output) = Run(shell, "kadeploy-write-marker", [Root, "/dev/null"]);
        Assert.Equal(1, status);
        Assert.Contains("the image has no directory /etc", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void An_archive_is_unpacked_into_an_empty_directory_and_its_script_run_with_its_arguments(string shell)
    {
        var (directory, archive) = (Path.Join(_folder.FullName, "rambin"), Path.Join(_folder.FullName, "a.tgz"));
        Directory.CreateDirectory(Path.Join(_folder.FullName, "content"));
        File.WriteAllText(
            Path.Join(_folder.FullName, "content", "go.sh"), "#!/bin/sh\necho \"$PWD|$1|$2|$KADEPLOY_ENV\"\n[ \"$1\" = good ] || { echo 'disk on fire' >&2; exit 5; }\n");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Join(directory, "older"), "");

        var (status, output) = Go("go.sh", "good", "a b; $HOME");
        Assert.True(status == 0, output);
        Assert.Contains($"{directory}|good|a b; $HOME|", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(directory, "older")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.False(File.Exists(archive));

        (status, output) = Go("go.sh", "bad");
        Assert.Equal(5, status);
        Assert.Contains("disk on fire", output, StringComparison.Ordinal);
        Assert.EndsWith("kadeploy-run-archive: the script go.sh of a.tgz ended with status 5\n", output, StringComparison.Ordinal);

        (status, output) = Go("stop.sh");
        Assert.Equal(1, status);
        Assert.Contains("holds no script stop.sh; it holds go.sh", output, StringComparison.Ordinal);

        (int, string) Go(params string[] script)
        {
            Assert.Equal(0, Start("tar", ["-czf", archive, "-C", Path.Join(_folder.FullName, "content"), "go.sh"]).Status);
            return Run(shell, "kadeploy-run-archive", ["gzip", directory, archive, "a.tgz", .. script]);
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_script_that_an_engine_left_running_is_ended_before_it_is_run_again(string shell)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("programs of nodes run on Linux alone");
        SkipWithout(shell);
        SkipWithout("setsid");
        var (directory, archive) = (Path.Join(_folder.FullName, "rambin"), Path.Join(_folder.FullName, "a.tar"));
        Directory.CreateDirectory(Path.Join(_folder.FullName, "content"));
        File.WriteAllText(Path.Join(_folder.FullName, "content", "go.sh"), "#!/bin/sh\necho begun\n[ \"$1\" = again ] || sleep 60\n");
        string[] before = shell == "busybox" ? ["busybox", "ash"] : [shell];
        Pack();
        using var first = Process.Start(
            new ProcessStartInfo("setsid", [.. before, Write("kadeploy-run-archive"), "none", directory, archive, "a.tar", "go.sh"]) { RedirectStandardOutput = true })!;
        Assert.Equal("begun", first.StandardOutput.ReadLine());

        Pack();
        var (status, output) = Run(shell, "kadeploy-run-archive", ["none", directory, archive, "a.tar", "go.sh", "again"]);
        Assert.True(status == 0, output);
        Assert.Equal("begun\n", output);
        Assert.Equal("", first.StandardOutput.ReadToEnd()); // nothing of it runs any more, else the pipe were open
        first.WaitForExit();
        Assert.NotEqual(0, first.ExitCode);

        void Pack() => Assert.Equal(0, Start("tar", ["-cf", archive, "-C", Path.Join(_folder.FullName, "content"), "go.sh"]).Status);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_disk_that_is_absent_is_refused_with_those_that_are_there(string shell)
    {
        var (status, output) = Run(shell, "kadeploy-find-disk", ["--path", "/dev/no-such-disk"]);
        Assert.Equal(1, status);
        Assert.StartsWith("kadeploy-find-disk: the disk /dev/no-such-disk is not there; this node has ", output, StringComparison.Ordinal);

        (status, output) = Run(shell, "kadeploy-find-disk", ["--serial", "no such serial", "--model", "[*", "--at-least", "99000000000"]);
        Assert.Equal(1, status);
        Assert.StartsWith(
            "kadeploy-find-disk: a disk with serial no such serial of model [* of at least 99 GB is not there; this node has ", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_kernels_secret_parameters_are_in_no_argument(string shell)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Skip("only root makes mount namespaces");
        SkipWithout(shell);
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Join(Root, "vmlinuz"), "kernel");
        var (secret, said) = (Path.Join(_folder.FullName, "cmdline"), Path.Join(_folder.FullName, "said"));
        File.WriteAllText(secret, "quiet kadeploy.token=secret\n");
        // Nothing but these can be found: neither a true kexec, nor what would take the machine's time.
        var programs = Directory.CreateDirectory(Path.Join(_folder.FullName, "bin")).FullName;
        foreach (var (name, target) in new[] { ("sh", "sh"), ("unshare", "unshare"), ("mount", "mount"), ("cat", "cat"), ("setsid", "true"), (shell, shell) })
            File.CreateSymbolicLink(Path.Join(programs, name), Find(target) ?? Skipped(target));
        var kexec = Path.Join(programs, "kexec");
        File.WriteAllText(kexec, $"#!/bin/sh\necho \"$@\" >{said}\ncat /proc/cmdline >>{said}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(kexec, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string[] before = shell == "busybox" ? [shell, "ash"] : [shell];
        var (status, output) = Start(
            "env", [$"PATH={programs}", .. before, Write("kadeploy-kexec"), "--root", Root, "--kernel", "/vmlinuz", "--append-file", secret]);
        Assert.True(status == 0, output);
        Assert.Equal($"--no-checks -l {Root}/vmlinuz --reuse-cmdline\nquiet kadeploy.token=secret\n", File.ReadAllText(said));
        Assert.DoesNotContain("secret", File.ReadAllText("/proc/cmdline"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> ForGrub
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var shell in Shells)
                foreach (var row in KernelWordsTests.ForGrub) cases.Add(shell.Data, row.Data.Item1, row.Data.Item2);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(ForGrub))]
    public void GRUB_is_given_kernel_parameters_as_words(string shell, string parameters, string expected)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("programs of nodes run on Linux alone");
        SkipWithout(shell);
        var function = GrubWords().Match(Text("kadeploy-install-bootloader")).Value;
        Assert.NotEmpty(function);
        string[] before = shell == "busybox" ? ["ash"] : [];
        var (status, output) = Start(shell, [.. before, "-c", $"set -eu; export LC_ALL=C\n{function}\ngrub_words \"$1\"; printf '%s' \"$text\"", "sh", parameters]);
        Assert.Equal((0, expected), (status, output));
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(EngineHost).Assembly.GetManifestResourceStream($"NodePrograms/{name}")!);
        return reader.ReadToEnd();
    }

    private string Write(string name)
    {
        var file = Path.Join(_folder.FullName, name);
        File.WriteAllText(file, Text(name));
        return file;
    }

    private (int Status, string Output) Run(string shell, string program, string[] arguments, string input = "")
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("programs of nodes run on Linux alone");
        SkipWithout(shell);
        string[] before = shell == "busybox" ? ["ash"] : [];
        return Start(shell, [.. before, Write(program), .. arguments], input);
    }

    private static void SkipWithout(string program)
    {
        if (Find(program) is null) Skipped(program);
    }

    private static string Skipped(string program)
    {
        Assert.Skip($"the program {program} is not installed");
        return program;
    }

    private static string? Find(string program) => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
        .Select(folder => Path.Join(folder, program)).FirstOrDefault(File.Exists);

    private static (int Status, string Output) Start(string program, string[] arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    [GeneratedRegex(@"^resolve\(\) \{\n.*?^\}\n", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Resolve();

    [GeneratedRegex("^grub_words\\(\\) \\{\n(.|\n)*?^\\}\n", RegexOptions.Multiline)]
    private static partial Regex GrubWords();
}
