using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads passwords, which stand in files of their own or in variables, never in the configuration.</summary>
internal static class SecretReading
{
    private const int Longest = 20; // IPMI 2.0, 22.30

    /// <summary>Gives a controller's password.</summary>
    /// <param name="section">The table with <c>password_file</c> or <c>password_env</c>.</param>
    /// <returns>The password; null when none is named, or it is wrong, which was told.</returns>
    public static Secret? Password(this Section section)
    {
        if (section.Has("password"))
            section.Problem("password", "holds a password where everybody who reads this file sees it; write it into a file of mode 0600 and name that with "
                + "password_file, or name a variable with password_env");
        if (section.Has("password_file") && section.Has("password_env"))
            section.Problem("password_env", "and password_file are both there; one of them says where the password is");
        if (!section.Source.LooksAtFiles)
        {
            // Not read, and used by nobody; but where it is counts as known.
            section.FullPath("password_file");
            return section.Has("password_file") || section.Has("password_env") ? new("") : null;
        }

        if (section.Has("password_file")) return FromFile(section);
        return section.Text("password_env") is { } name ? FromVariable(section, name) : null;
    }

    private static Secret? FromFile(Section section)
    {
        const string Key = "password_file";
        if (section.ExistingFile(Key) is not { } path) return null;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            {
                section.Problem(Key, $"names '{path}', which every user of this machine may read or write; run: chmod 600 '{path}'");
                return null;
            }

            using var reader = new StreamReader(path);
            var text = new char[1024];
            var length = reader.ReadBlock(text);
            return Checked(section, Key, new string(text, 0, length).TrimEnd('\r', '\n'), $"the file '{path}'");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            section.Problem(Key, $"names '{path}', which cannot be read: {failure.Message}");
            return null;
        }
    }

    private static Secret? FromVariable(Section section, string name)
    {
        const string Key = "password_env";
        var value = name.Length > 0 && !name.Contains('=') ? section.Source.Variable(name) : null;
        if (value is not null) return Checked(section, Key, value, $"the variable '{Quoted.Text(name)}'");
        section.Problem(Key, $"names the variable '{Quoted.Text(name)}', which is not set in this process");
        return null;
    }

    /// <summary>Says what is wrong with a password.</summary>
    /// <param name="password">The password.</param>
    /// <returns>Words that follow <c>the password</c>; null when a controller may have it, and a file gives it back as it is.</returns>
    public static string? ProblemOf(string password)
    {
        if (password.Length == 0) return "is empty";
        // What a reader of UTF-8 takes for its mark, and halves of characters, would not come back from a file.
        if (password.Any(char.IsControl) || password[0] == '\uFEFF' || password.EnumerateRunes().Contains(Rune.ReplacementChar)) return "is not one line of text";
        var bytes = Encoding.UTF8.GetByteCount(password);
        return bytes > Longest ? string.Create(CultureInfo.InvariantCulture, $"has {bytes} bytes; IPMI allows {Longest}") : null;
    }

    private static Secret? Checked(Section section, string key, string password, string where)
    {
        if (password.Length == 0) section.Problem(key, $"names {where}, which is empty");
        else if (ProblemOf(password) is { } problem) section.Problem(key, $"names {where}, whose password {problem}");
        else return new(password);
        return null;
    }
}
