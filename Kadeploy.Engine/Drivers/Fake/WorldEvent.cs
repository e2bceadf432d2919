using System.Collections.Frozen;
using System.Globalization;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>One change of a simulated world: one line of its file.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Node">The node to which it happened.</param>
/// <param name="Attempt">The attempt that caused it; <c>default</c> when none did.</param>
/// <param name="Data">What else must be known, as the kind says.</param>
internal readonly record struct WorldEvent(WorldEventKind Kind, string Node, AttemptKey Attempt, string Data = "")
{
    private static readonly FrozenDictionary<string, WorldEventKind> Kinds =
        Enum.GetValues<WorldEventKind>().ToFrozenDictionary(NameOf, static kind => kind);

    /// <summary>Gets a value indicating whether an attempt did this to the node.</summary>
    public bool IsSideEffect => Kind <= WorldEventKind.Receive;

    /// <summary>Gets what <see cref="WorldEventKind.Run"/> ran.</summary>
    public (string Hash, string Name) Command => Data.Split(' ', 2) is [var hash, var name] ? (hash, Uri.UnescapeDataString(name)) : throw Malformed();

    /// <summary>Gets what a boot leads to, and how long it takes.</summary>
    public (BootTarget Target, TimeSpan Duration) Boot =>
        Data.Split(' ', 2) is [var target, var ticks] && Enum.TryParse<BootTarget>(target, out var parsed)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var duration)
            ? (parsed, TimeSpan.FromTicks(duration))
            : throw Malformed();

    /// <summary>Writes the data of a command.</summary>
    /// <param name="hash">Tells the commands of one attempt apart.</param>
    /// <param name="name">The micro-step as which it counts.</param>
    /// <returns>The data.</returns>
    public static string CommandData(string hash, string name) => $"{hash} {Uri.EscapeDataString(name)}";

    /// <summary>Writes the data of a boot.</summary>
    /// <param name="target">What it leads to.</param>
    /// <param name="duration">How long it takes.</param>
    /// <returns>The data.</returns>
    public static string BootData(BootTarget target, TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{target} {duration.Ticks}");

    /// <summary>Gives the word for a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>A word in lower case.</returns>
    public static string NameOf(WorldEventKind kind) => kind switch
    {
        WorldEventKind.Profile => "profile",
        WorldEventKind.Reboot => "reboot",
        WorldEventKind.On => "on",
        WorldEventKind.Off => "off",
        WorldEventKind.Kexec => "kexec",
        WorldEventKind.Run => "run",
        WorldEventKind.Receive => "receive",
        WorldEventKind.Up => "up",
        WorldEventKind.Image => "image",
        WorldEventKind.Died => "died",
        WorldEventKind.Flap => "flap",
        WorldEventKind.Production => "production",
        WorldEventKind.Vlan => "vlan",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="result">The event.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string line, out WorldEvent result)
    {
        result = default;
        if (line.Split(' ', 4) is not [{ Length: > 0 } node, var attempt, var kind, .. var rest] || !Kinds.TryGetValue(kind, out var known)) return false;
        if (!AttemptKey.TryParse(attempt, out var key)) return false;
        result = new(known, node, key, rest is [var data] ? data : "");
        return true;
    }

    /// <summary>Says that the data do not fit the kind.</summary>
    /// <returns>An exception to throw; the reader of the file adds its name and the line.</returns>
    public FormatException Malformed() => new($"'{Data}' does not belong to '{NameOf(Kind)}'");
}

/// <summary>What happens in a simulated world. Those up to <see cref="Receive"/> are side effects of attempts; the others follow from them.</summary>
internal enum WorldEventKind
{
    /// <summary>The boot profile was written; the data are <c>deployment</c>, or <c>disk</c>.</summary>
    Profile,

    /// <summary>The node was reset; the data are a boot.</summary>
    Reboot,

    /// <summary>The node, which was off, was switched on; the data are a boot.</summary>
    On,

    /// <summary>The node was switched off.</summary>
    Off,

    /// <summary>Another kernel was started without the firmware; the data are a boot.</summary>
    Kexec,

    /// <summary>A command was run; the data are its hash and the micro-step as which it counts.</summary>
    Run,

    /// <summary>The node began to receive an image: the old contents are gone.</summary>
    Receive,

    /// <summary>The boot that was under way has ended.</summary>
    Up,

    /// <summary>An image was received; the data are its digest, the operation and the device.</summary>
    Image,

    /// <summary>The node crashed.</summary>
    Died,

    /// <summary>An attempt failed as the seed decreed.</summary>
    Flap,

    /// <summary>The node's production system was taken as deployment environment.</summary>
    Production,

    /// <summary>The node was moved into a network; the data are its name.</summary>
    Vlan,
}

/// <summary>What a boot leads to.</summary>
internal enum BootTarget
{
    /// <summary>Nothing: the machine hangs.</summary>
    Nothing,

    /// <summary>The deployment environment.</summary>
    Deployment,

    /// <summary>The system that was there before.</summary>
    OldSystem,

    /// <summary>The system that was deployed.</summary>
    NewSystem,
}

/// <summary>An <see cref="AttemptId"/> in the few numbers that tell the attempts of one operation on one node apart.</summary>
/// <param name="Ordinal">The micro-step.</param>
/// <param name="InstanceAttempt">Which run of the instance, from 1; 0 for no attempt at all.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
internal readonly record struct AttemptKey(int Ordinal, int InstanceAttempt, int Attempt)
{
    /// <summary>Takes the numbers of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <returns>The key.</returns>
    public static AttemptKey Of(AttemptId attempt) => new(attempt.Step.Ordinal, attempt.InstanceAttempt, attempt.Attempt);

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out AttemptKey key)
    {
        key = default;
        if (text == "-") return true;
        if (text.Split('.') is not [var ordinal, var instanceAttempt, var attempt] || !TryNumber(ordinal, out var first)
            || !TryNumber(instanceAttempt, out var second) || !TryNumber(attempt, out var third)) return false;
        key = new(first, second, third);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        InstanceAttempt == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Ordinal}.{InstanceAttempt}.{Attempt}");

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
