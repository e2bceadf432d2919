using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Lab.Configuration;

/// <summary>What OpenIPMI's <c>ipmi_sim</c> reads (ipmi_lan(5), ipmi_sim_cmd(5)).</summary>
internal static class BmcConfiguration
{
    /// <summary>The administrator of every BMC.</summary>
    public const string User = "admin";

    private static readonly string[] Privileges = ["callback", "user", "operator", "admin"];

    /// <summary>Makes a password that IPMI 1.5 can carry too: at most 16 characters.</summary>
    /// <returns>A new password.</returns>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Gives a BMC's configuration.</summary>
    /// <param name="node">The node.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="password">The administrator's password.</param>
    /// <returns>The text.</returns>
    public static string Lan(LabNode node, LabFolder folder, string password)
    {
        var authentication = string.Concat(Privileges.Select(static level => $"    allowed_auths_{level} none md2 md5 straight\n"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            name "{node.Name}"
            set_working_mc 0x20
              startlan 1
                addr {node.BmcAddress} 623
                priv_limit admin
            {authentication}    guid {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node.Name)))[..32]}
              endlan
              chassis_control "/bin/sh {folder.ChassisHook} {folder.Of(node).Path}"
              sol "tcp:127.0.0.1:{node.ConsolePort}" 115200 history=65536
              user 1 true  "" "" user 10 none md2 md5 straight
              user 2 true  "{User}" "{password}" admin 10 none md2 md5 straight

            """).ReplaceLineEndings("\n");
    }

    /// <summary>Gets the commands that make a BMC's only controller, with an event log.</summary>
    public static string Emulation { get; } = """
        mc_setbmc 0x20
        mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
        sel_enable 0x20 1000 0x0a
        mc_enable 0x20

        """.ReplaceLineEndings("\n");

    /// <summary>Gives the arguments of <c>ipmi_sim</c>.</summary>
    /// <param name="folder">The node's files.</param>
    /// <returns>The arguments.</returns>
    public static IReadOnlyList<string> Arguments(NodeFolder folder) =>
        ["-n", "-c", folder.LanConfiguration, "-f", folder.Emulation, "-s", folder.BmcState];
}
