using System.Globalization;
using System.Net;

namespace Kadeploy.Lab;

/// <summary>A node of a lab, by its number: the same in every lab, since each lab has a network of its own.</summary>
/// <param name="Number">From 1.</param>
public sealed record LabNode(int Number)
{
    private const int PerSubnet = 250;
    private const int FirstConsolePort = 20000;

    /// <summary>The address of the lab's own side of the nodes' network, where DHCP, TFTP and HTTP answer.</summary>
    public const string ServerAddress = "10.77.0.1";

    /// <summary>The address of the lab's own side of the BMCs' network.</summary>
    public const string BmcServerAddress = "10.78.0.1";

    /// <summary>Gets the name, <c>node-1</c> and so on.</summary>
    public string Name => "node-" + Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gets the address that DHCP gives it.</summary>
    public IPAddress Address => Within(77);

    /// <summary>Gets the address where its BMC speaks IPMI over LAN, on UDP port 623.</summary>
    public IPAddress BmcAddress => Within(78);

    /// <summary>Gets the hardware address of its network card.</summary>
    public MacAddress Mac => MacAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"52:54:00:77:{Number / 256:x2}:{Number % 256:x2}"));

    /// <summary>Gets the TCP port on the lab's loopback interface where its serial port answers.</summary>
    public int ConsolePort => FirstConsolePort + Number;

    /// <summary>Gets the name that PXELINUX looks for first, by hardware type and address.</summary>
    public string ProfileName => "01-" + Mac.ToString().Replace(':', '-');

    /// <summary>Gets the serial number of its disk, such as <c>LAB-NODE-1</c>.</summary>
    public string DiskSerial => "LAB-" + Name.ToUpperInvariant();

    /// <summary>Gives the nodes of a lab.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The nodes, by number.</returns>
    public static IEnumerable<LabNode> First(int count) => Enumerable.Range(1, count).Select(static number => new LabNode(number));

    private IPAddress Within(byte network) =>
        new([10, network, (byte)(1 + ((Number - 1) / PerSubnet)), (byte)(1 + ((Number - 1) % PerSubnet))]);
}
