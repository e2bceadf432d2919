using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy miniroot</c>: makes what nodes boot into to be deployed, and a small system to deploy.</summary>
internal sealed class MinirootCommand : CliCommand
{
    public MinirootCommand(CommandContext context)
        : base("miniroot", "build the deployment environment that nodes boot into")
    {
        Subcommands.Add(new MinirootBuildCommand(context));
        Subcommands.Add(new MinirootOverlayCommand(context));
        Subcommands.Add(new MinirootSampleCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy miniroot build [OPTIONS]", "kadeploy miniroot overlay [OPTIONS]", "kadeploy miniroot sample-environment [OPTIONS]"],
        [
            "The deployment environment is a kernel and an initramfs that nodes boot over the network; in it their disks are prepared and images "
            + "written. It is built from the packages of this machine's own apt sources and is the same for every site. What differs, keys, "
            + "settings and the agent, goes into an overlay: a second initramfs that boot loaders append to the first.",
            "Building needs Debian on amd64, and neither root nor any change to the installed system.",
        ],
        [
            new("kadeploy miniroot build -o out", "Write out/vmlinuz and out/initrd.img."),
            new("kadeploy miniroot overlay -o out/site.img --authorized-keys keys.pub", "Let these keys log in as root while a node is deployed."),
            new("kadeploy miniroot sample-environment -o out", "Make a small system to deploy."),
        ],
        ["kadeploy miniroot build", "kadeploy miniroot overlay", "kadeploy miniroot sample-environment"]);
}
