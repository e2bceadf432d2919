using Kadeploy.Cli.Commands;

namespace Kadeploy.Cli.Compatible;

/// <summary>The commands of Kadeploy 3, which this program is when it is called by one of their names.</summary>
internal static class CompatibleCommands
{
    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kadeploy3", "kareboot3", "kapower3", "kaconsole3", "kaenv3", "karights3", "kastat3", "kanodes3"];

    /// <summary>Makes the command that a command line begins with.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="context">What every command is given.</param>
    /// <returns>The command; null when the first word names none of them.</returns>
    public static CompatibleCommand? Find(IReadOnlyList<string> args, CommandContext context) => args is not [var name, ..] ? null : name switch
    {
        "kadeploy3" => new Kadeploy3Command(context),
        "kareboot3" => new Kareboot3Command(context),
        "kapower3" => new Kapower3Command(context),
        "kaconsole3" => new Kaconsole3Command(context),
        "kaenv3" => new Kaenv3Command(context),
        "karights3" => new Karights3Command(context),
        "kastat3" => new Kastat3Command(context),
        "kanodes3" => new Kanodes3Command(context),
        _ => null,
    };

    /// <summary>Puts the name by which the program was called before its arguments, when it is one of these.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The command line.</returns>
    public static string[] Named(string[] args) => Names.FirstOrDefault(static name => name == CalledBy()) is { } name ? [name, .. args] : args;

    private static string? CalledBy()
    {
        // A link is resolved in the path of the process, but not in what its caller named (proc_pid_cmdline(5)). Elsewhere the program may be copied.
        if (!OperatingSystem.IsLinux()) return Path.GetFileNameWithoutExtension(Environment.ProcessPath);
        var words = File.ReadAllText("/proc/self/cmdline");
        return Path.GetFileName(words[..words.IndexOf('\0', StringComparison.Ordinal)]);
    }
}
