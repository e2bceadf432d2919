using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Environments;

/// <summary>Turns environments into the tables of keys that descriptions are; the order of the keys is Kadeploy 3's.</summary>
internal static class DescriptionTree
{
    /// <summary>Makes the table of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="owner">Whether the owner is in it.</param>
    /// <returns>The table; what has its default and may be left out is not there.</returns>
    public static YamlTable Of(KaEnvironment environment, bool owner)
    {
        var table = new Table()
            .Text("name", environment.Name).Number("version", environment.Version);
        if (owner) table.Text("user", environment.User);
        return table
            .Text("alias", environment.Alias).Text("arch", environment.Architecture)
            .Text("description", environment.Description).Text("author", environment.Author)
            .Name("visibility", environment.Visibility).Flag("destructive", environment.Destructive).Name("os", environment.OperatingSystem)
            .Add("image", Image(environment.Image))
            .Add("preinstall", environment.Preinstall is { } script ? Archive(script) : null)
            .List("postinstalls", [.. environment.Postinstalls.Select(Archive)])
            .Add("boot", Boot(environment.Boot))
            .Text("filesystem", environment.FileSystem).Number("partition_type", environment.PartitionType).Flag("multipart", environment.Multipart)
            .Add("options", environment.Partitions.IsDefaultOrEmpty ? null : new Table().List(
                "partitions", [.. environment.Partitions.Select(static part => new Table().Number("id", part.Id).Text("device", part.Device).ToValue())]).ToValue())
            .ToValue();
    }

    /// <summary>Gives every field with its name and value, in their order.</summary>
    /// <param name="value">A table.</param>
    /// <param name="path">The name of the table; empty for the whole.</param>
    /// <returns>Such as <c>boot.kernel</c> and <c>postinstalls[0].archive</c>.</returns>
    public static IEnumerable<(string Field, string Value)> Flatten(YamlValue value, string path = "") => value switch
    {
        YamlTable table => table.Entries.SelectMany(entry => Flatten(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")),
        YamlList list => list.Items.SelectMany((item, index) => Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"))),
        YamlText text => [(path, text.Value)],
        _ => [],
    };

    /// <summary>Puts a value into a table, in the place of what is there.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">The keys that lead to it.</param>
    /// <param name="value">The value; empty to take the field away.</param>
    /// <returns>The new table.</returns>
    public static YamlTable With(YamlTable table, ReadOnlySpan<string> keys, string value)
    {
        var key = keys[0];
        var old = table.Entries.FirstOrDefault(entry => entry.Key == key);
        YamlValue? now = keys.Length > 1
            ? With(old?.Value as YamlTable ?? new(0, []), keys[1..], value)
            // As one writes it by hand: a number is a number, and true is true.
            : value.Length == 0 ? null : new YamlText(0, value, Plain: true);
        if (now is YamlTable { Entries.IsEmpty: true }) now = null;
        var others = table.Entries.Where(entry => entry.Key != key);
        return table with { Entries = [.. now is null ? others : others.Append(new(0, key, now))] };
    }

    /// <summary>Writes an address as descriptions have it.</summary>
    /// <param name="location">The address.</param>
    /// <returns>Kadeploy 3's <c>server://</c> for files of this machine, without escapes; the address of all others.</returns>
    public static string Location(Uri location) =>
        location.IsFile && location.LocalPath.StartsWith('/') ? $"server://{location.LocalPath}" : location.AbsoluteUri;

    private static YamlTable Image(ImageReference image)
    {
        var table = new Table().Text("file", Location(image.Location)).Name("kind", image.Kind);
        table = image.Kind == ImageKind.Fsa ? table.Number("compression", image.FsaLevel) : table.Name("compression", image.Compression);
        return table.Text("checksum", image.Sha256).Text("root_digest", image.RootDigest).ToValue();
    }

    private static YamlTable Archive(InstallScript script) => new Table()
        .Text("archive", Location(script.Archive)).Name("compression", script.Compression).Text("script", script.Script ?? "none").Text("checksum", script.Sha256).ToValue();

    private static YamlTable? Boot(BootParameters boot)
    {
        var table = new Table()
            .Text("kernel", boot.Kernel).Text("initrd", boot.Initrd).Text("kernel_params", boot.KernelParameters)
            .Text("hypervisor", boot.Hypervisor).Text("hypervisor_params", boot.HypervisorParameters).Text("block_device", boot.BlockDevice);
        if (boot.Partition is { } partition) table.Number("partition", partition);
        var others = new Table();
        foreach (var other in boot.Architectures)
        {
            var one = new Table().Text("kernel", other.Kernel).Text("initrd", other.Initrd);
            // Empty is not the same as not there, which stands for the parameters of all.
            if (other.KernelParameters is { } parameters) one.Add("kernel_params", new YamlText(0, parameters, Plain: false));
            others.Add(other.Architecture, one.ToValue());
        }

        if (others.ToValue() is { Entries.IsEmpty: false } architectures) table.Add("architectures", architectures);
        return table.ToValue() is { Entries.IsEmpty: false } all ? all : null;
    }

    private sealed class Table
    {
        private readonly ImmutableArray<YamlEntry>.Builder _entries = ImmutableArray.CreateBuilder<YamlEntry>();

        public Table Add(string key, YamlValue? value)
        {
            if (value is not null) _entries.Add(new(0, key, value));
            return this;
        }

        public Table Text(string key, string? value) => Add(key, string.IsNullOrEmpty(value) ? null : new YamlText(0, value, Plain: false));

        public Table Number(string key, int value) => Add(key, new YamlText(0, value.ToString(CultureInfo.InvariantCulture), Plain: true));

        public Table Flag(string key, bool value) => Add(key, new YamlText(0, value ? "true" : "false", Plain: true));

        public Table Name<T>(string key, T value)
            where T : struct, Enum => Add(key, new YamlText(0, Section.Snake(value.ToString()), Plain: true));

        public Table List(string key, ImmutableArray<YamlValue> items) => Add(key, items.IsEmpty ? null : new YamlList(0, items));

        public YamlTable ToValue() => new(0, _entries.ToImmutable());
    }
}
