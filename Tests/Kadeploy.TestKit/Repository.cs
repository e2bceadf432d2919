namespace Kadeploy;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Gets its root folder.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Kadeploy.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the source tree");
        return folder;
    }
}
