using Kadeploy.Help;

// Kadeploy.Help ROOT: writes the help into the repository at ROOT.
if (args is not [var root] || !File.Exists(Path.Combine(root, "Kadeploy.psd1")))
{
    Console.Error.WriteLine("Name the folder of the repository, in which Kadeploy.psd1 is.");
    return 2;
}

var files = HelpFiles.Make();
foreach (var (path, text) in files)
{
    var full = Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
    File.WriteAllText(full, text);
}

// Pages of cmdlets that are no more.
foreach (var page in Directory.EnumerateFiles(Path.Combine(root, "docs", "cmdlets"), "*.md"))
    if (!files.ContainsKey($"docs/cmdlets/{Path.GetFileName(page)}")) File.Delete(page);
Console.WriteLine($"{files.Count} files of help written");
return 0;
