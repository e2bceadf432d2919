using System.Collections.Immutable;
using System.Net;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads where files may come from.</summary>
internal static class FilesReader
{
    private const int MostDays = 3650;

    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>files</c>.</param>
    /// <returns>The settings.</returns>
    public static FileSettings Read(Section section)
    {
        var settings = new FileSettings();
        settings = settings with
        {
            Allow = Folders(section),
            Networks = Networks(section),
            Size = Bytes(section, "size") ?? settings.Size,
            VerifyAfter = section.Integer("verify_days", 0, MostDays) is { } days ? TimeSpan.FromDays(days) : settings.VerifyAfter,
            Mirrors = section.Table("mirrors") is { } mirrors ? Mirrors(mirrors) : settings.Mirrors,
            PreinstallLimit = Bytes(section, "preinstall_limit") ?? settings.PreinstallLimit,
            PostinstallLimit = Bytes(section, "postinstall_limit") ?? settings.PostinstallLimit,
        };
        section.End();
        return settings;
    }

    private static ImmutableArray<string> Folders(Section section)
    {
        var folders = ImmutableArray.CreateBuilder<string>();
        foreach (var text in section.Texts("allow") ?? [])
        {
            if (section.Source.FullPath(text) is not { } full) section.Problem("allow", $"holds '{Quoted.Text(text)}', which is no path");
            else if (!Directory.Exists(full)) section.Problem("allow", $"names the folder '{full}', which does not exist");
            else folders.Add(Path.TrimEndingDirectorySeparator(full));
        }

        return folders.ToImmutable();
    }

    private static ImmutableArray<IPNetwork> Networks(Section section)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in section.Texts("networks") ?? [])
        {
            if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (!text.Contains('/') && IPAddress.TryParse(text, out var address)) networks.Add(new(address, address.GetAddressBytes().Length * 8));
            else section.Problem("networks", $"holds '{Quoted.Text(text)}', which is no network; write one such as 10.0.0.0/8 or fd00::/8, or an address");
        }

        return networks.ToImmutable();
    }

    private static ImmutableArray<FileMirror> Mirrors(Section section)
    {
        var mirrors = ImmutableArray.CreateBuilder<FileMirror>();
        foreach (var key in section.AcceptAll())
        {
            var others = ImmutableArray.CreateBuilder<Uri>();
            foreach (var text in section.Texts(key) ?? [])
                if (Address(section, key, text) is { } other) others.Add(other);
            if (Address(section, key, key) is { } prefix) mirrors.Add(new(prefix, others.ToImmutable()));
        }

        return mirrors.ToImmutable();
    }

    private static Uri? Address(Section section, string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && text.EndsWith('/')
            && address is { Query: "", Fragment: "" }) return address;
        // What stands before '@' may be a password.
        var shown = address is { UserInfo.Length: > 0 } ? $"an address on {address.Host} with a user or a password" : $"'{Quoted.Text(text)}'";
        section.Problem(key, $"has {shown}; write the beginning of addresses, such as https://images.example/debian/, with '/' at its end");
        return null;
    }

    private static long? Bytes(Section section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (Sizes.Parse(text) is { } bytes) return bytes;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write {Sizes.Expected}");
        return null;
    }
}
