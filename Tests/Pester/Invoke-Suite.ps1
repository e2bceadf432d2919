<#
.SYNOPSIS
Runs the Pester tests, and ends with the line "pester: PASSED FAILED SKIPPED".
.PARAMETER Module
The folder of the module that was built.
.PARAMETER OtherModule
The folder of the module that brings other versions of the same packages.
.PARAMETER Path
The folder of tests. The default is those on simulated nodes; those that need a lab are in the folder Lab.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $OtherModule,
    [string[]] $Path = @($PSScriptRoot)
)

$ErrorActionPreference = 'Stop'
$env:KADEPLOY_MODULE = (Resolve-Path $Module).Path
$env:KADEPLOY_OTHER_MODULE = (Resolve-Path $OtherModule).Path

# The Pester that is installed, else the one that the build fetched as a package.
$packages = if ($env:NUGET_PACKAGES) { $env:NUGET_PACKAGES } else { Join-Path $HOME '.nuget/packages' }
$pester = Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -eq 5 } | Sort-Object Version -Descending | Select-Object -First 1
if ($pester) { Import-Module $pester.Path }
else { Import-Module (Join-Path $packages 'pester/5.7.1/tools/Pester.psd1') }

"PowerShell $($PSVersionTable.PSVersion), Pester $((Get-Module Pester).Version)"
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
if (-not $PSBoundParameters.ContainsKey('Path')) { $configuration.Run.ExcludePath = (Join-Path $PSScriptRoot 'Lab/*') }
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $configuration
foreach ($test in $result.Failed) { "pester failed: $($test.ExpandedPath): $((($test.ErrorRecord | ForEach-Object { $_.Exception.Message }) -join '; ') -replace '\s+', ' ')" }
foreach ($container in $result.FailedContainers) { "pester failed: $($container.Item): $((($container.ErrorRecord | ForEach-Object { $_.Exception.Message }) -join '; ') -replace '\s+', ' ')" }
"pester: $($result.PassedCount) $($result.FailedCount) $($result.SkippedCount + $result.NotRunCount)"
exit [int] ($result.FailedCount -gt 0 -or $result.FailedContainersCount -gt 0 -or $result.PassedCount -eq 0)
