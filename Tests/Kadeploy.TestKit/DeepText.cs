using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace Kadeploy.TestKit;

/// <summary>Writes all that an object holds, so that two can be compared to the last member; records alone compare arrays by reference.</summary>
public static class DeepText
{
    /// <summary>Writes an object.</summary>
    /// <param name="value">The object.</param>
    /// <returns>One line per member: its path, and its value or "null" or "empty".</returns>
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, "", value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, string path, object? value)
    {
        switch (value)
        {
            case null:
                text.AppendLine(CultureInfo.InvariantCulture, $"{path} = null");
                break;
            case DateTimeOffset time:
                text.AppendLine(CultureInfo.InvariantCulture, $"{path} = {time:O}");
                break;
            case string or Enum or Uri or IPAddress or IConvertible or TimeSpan or TimeoutExpression or InstanceName or MicroStepName
                or NodeName or OperationId or FaultCode or MacAddress:
                text.AppendLine(CultureInfo.InvariantCulture, $"{path} = {value}");
                break;
            case IEnumerable items:
                var index = 0;
                foreach (var item in items) Write(text, $"{path}[{index++}]", item);
                if (index == 0) text.AppendLine(CultureInfo.InvariantCulture, $"{path} = empty");
                break;
            default:
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                    Write(text, $"{path}.{property.Name}", property.GetValue(value));
                break;
        }
    }
}
