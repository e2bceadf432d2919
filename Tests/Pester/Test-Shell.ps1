# Ends with 0 in a PowerShell for which the module is made, else with 1.
exit [int] ($PSVersionTable.PSVersion -lt [version] '7.6')
