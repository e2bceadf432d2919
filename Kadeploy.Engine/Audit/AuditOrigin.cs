using System.Globalization;
using System.Reflection;

namespace Kadeploy.Engine.Audit;

/// <summary>What entries of the audit trail say of where they come from.</summary>
/// <param name="Program">The program, its process and its machine.</param>
/// <param name="Clock">The clock of the machine, by which entries are stamped.</param>
internal sealed record AuditOrigin(string Program, TimeProvider Clock)
{
    /// <summary>Gets the origin of what this process writes.</summary>
    public static AuditOrigin OfThisProcess { get; } = new(Describe(), TimeProvider.System);

    private static string Describe()
    {
        var program = Assembly.GetEntryAssembly()?.GetName() ?? typeof(AuditOrigin).Assembly.GetName();
        return string.Create(
            CultureInfo.InvariantCulture, $"{program.Name} {program.Version?.ToString(3)}, process {Environment.ProcessId} on {Environment.MachineName}");
    }
}
