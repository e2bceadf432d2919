namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>Limits that were expressions of Ruby.</summary>
internal static class OldTimeouts
{
    /// <summary>Gives a limit in the grammar of this program; what is outside of it is refused when it is read.</summary>
    /// <param name="text">A number or an expression of n, in which functions may be called by <c>Math.</c> or <c>Math::</c>.</param>
    /// <returns>The expression.</returns>
    public static string Convert(string text) => text.Replace("Math.", "", StringComparison.Ordinal).Replace("Math::", "", StringComparison.Ordinal);
}
