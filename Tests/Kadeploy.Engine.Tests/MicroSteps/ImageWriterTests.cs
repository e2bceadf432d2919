using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

/// <summary>What is written by the programs that are chosen, run for real.</summary>
public class ImageWriterTests
{
    [Fact]
    public void A_program_of_an_image_keeps_its_capabilities()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root of Linux gives capabilities to files");
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder["root"]);
        using (var file = File.Create(folder["image.tar"]))
        using (var tar = new TarWriter(file))
        {
            // cap_net_raw=ep, as Debian's ping has it (linux/capability.h, vfs_cap_data), in the words of GNU tar and star.
            var capability = Encoding.UTF8.GetString([1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "ping", [new("SCHILY.xattr.security.capability", capability)])
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute,
            });
        }

        var image = new ImageReference(new("file:///image.tar"), ImageKind.Tar, ImageCompression.None);
        string[] command =
            [.. ImageWriter.Command(image, "/dev/sda1", folder["image.tar"]).Select(word => word == NodePaths.ExtractionDirectory ? folder["root"] : word)];
        Run(command[0], command[1..]);
        Run("tar", "--xattrs", "--xattrs-include=*", "-C", folder["root"], "-cf", folder["again.tar"], "ping");
        using var again = new TarReader(File.OpenRead(folder["again.tar"]));
        Assert.Contains("SCHILY.xattr.security.capability", Assert.IsType<PaxTarEntry>(again.GetNextEntry()).ExtendedAttributes.Keys);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
