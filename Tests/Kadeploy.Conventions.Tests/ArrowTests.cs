using System.Reflection;
using Xunit;

namespace Kadeploy.Conventions.Tests;

/// <summary>Arrows of reference go one way: Abstractions ← {Engine, Lab, Miniroot} ← Cli, and Abstractions ← PowerShell.</summary>
public class ArrowTests
{
    private static readonly Assembly Abstractions = typeof(Node).Assembly;
    private static readonly Assembly Engine = typeof(Engine.EngineOptions).Assembly;
    private static readonly Assembly Lab = Assembly.Load("Kadeploy.Lab");
    private static readonly Assembly Miniroot = Assembly.Load("Kadeploy.Miniroot");
    private static readonly Assembly Cli = Assembly.Load("kadeploy");
    private static readonly Assembly PowerShell = Assembly.Load("Kadeploy.PowerShell");

    [Fact]
    public void Abstractions_reference_the_framework_only() =>
        Assert.All(Abstractions.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));

    [Fact]
    public void The_engine_references_of_the_house_only_the_abstractions() =>
        Assert.Equal(["Kadeploy.Abstractions"], OfTheHouse(Engine));

    [Fact]
    public void Lab_and_miniroot_reference_of_the_house_only_the_abstractions() =>
        Assert.All([Lab, Miniroot], assembly => Assert.Equal(["Kadeploy.Abstractions"], OfTheHouse(assembly)));

    [Fact]
    public void The_engine_knows_no_screen() =>
        Assert.DoesNotContain(Engine.GetReferencedAssemblies(), name => name.Name is "System.Console" or "Spectre.Console" or "System.CommandLine");

    [Fact]
    public void The_cmdlets_reference_the_abstractions_powershell_and_nothing_else_that_is_not_the_frameworks()
    {
        Assert.Equal(["Kadeploy.Abstractions"], OfTheHouse(PowerShell));
        Assert.All(PowerShell.GetReferencedAssemblies(), static name =>
            Assert.True(name.Name is "Kadeploy.Abstractions" or "netstandard" || name.Name!.StartsWith("System.", StringComparison.Ordinal), name.Name));
    }

    [Fact]
    public void Sources_that_several_compile_name_none_of_them()
    {
        var sources = Repository.Files.Where(static file =>
            file.EndsWith(".cs", StringComparison.Ordinal) && (file.StartsWith("Kadeploy.Terminals/", StringComparison.Ordinal) || file.StartsWith("Kadeploy.Protocol/", StringComparison.Ordinal))).ToArray();
        Assert.Contains("Kadeploy.Terminals/RawTerminal.cs", sources);
        Assert.All(sources, static file => Assert.DoesNotContain(File.ReadLines(Repository.PathOf(file)), static line =>
            line.StartsWith("using Kadeploy.", StringComparison.Ordinal) || line.Contains("Kadeploy.Engine.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_references_the_command_line() =>
        Assert.All([Abstractions, Engine, Lab, Miniroot, PowerShell], assembly => Assert.DoesNotContain(Cli.GetName().Name, OfTheHouse(assembly)));

    private static IEnumerable<string?> OfTheHouse(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(static name => name.Name)
            .Where(static name => name!.StartsWith("kadeploy", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
}
