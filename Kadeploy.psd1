@{
    RootModule           = 'Kadeploy.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6c1f2d0e-5b0c-4a0e-9d5e-3f9a8e0b7c41'
    Author               = 'The Kadeploy for PowerShell authors'
    CompanyName          = 'The Kadeploy for PowerShell authors'
    Copyright            = 'MIT license'
    Description          = 'Installs operating-system images on many bare machines at once: nodes, deployments and results as objects.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    RequiredAssemblies   = @('Kadeploy.Abstractions.dll')
    TypesToProcess       = @(
        'Kadeploy.types.ps1xml'
        'Kadeploy.Cache.types.ps1xml'
        'Kadeploy.Environments.types.ps1xml'
        'Kadeploy.Nodes.types.ps1xml'
        'Kadeploy.Rights.types.ps1xml'
        'Kadeploy.Statistics.types.ps1xml'
    )
    FormatsToProcess     = @(
        'Kadeploy.format.ps1xml'
        'Kadeploy.Cache.format.ps1xml'
        'Kadeploy.Environments.format.ps1xml'
        'Kadeploy.Nodes.format.ps1xml'
        'Kadeploy.Rights.format.ps1xml'
        'Kadeploy.Statistics.format.ps1xml'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Add-KaEnvironment'
        'Add-KaNode'
        'Clear-KaCache'
        'Compare-KaEnvironment'
        'Enter-KaConsole'
        'Export-KaEnvironment'
        'Export-KaNode'
        'Get-KaAudit'
        'Get-KaCache'
        'Get-KaCluster'
        'Get-KaConsoleLog'
        'Get-KaDeployment'
        'Get-KaEnvironment'
        'Get-KaNode'
        'Get-KaPower'
        'Get-KaRight'
        'Get-KaSession'
        'Get-KaStat'
        'Grant-KaRight'
        'Import-KaCluster'
        'Import-KaConfiguration'
        'Import-KaEnvironment'
        'Import-KaNode'
        'Invoke-KaReboot'
        'Measure-KaStat'
        'New-KaMiniroot'
        'Receive-KaDeployment'
        'Remove-KaCluster'
        'Remove-KaEnvironment'
        'Remove-KaNode'
        'Restart-KaDeployment'
        'Resume-KaDeployment'
        'Revoke-KaRight'
        'Set-KaCluster'
        'Set-KaEnvironment'
        'Set-KaNode'
        'Set-KaPower'
        'Set-KaSession'
        'Start-KaDeployment'
        'Stop-KaDeployment'
        'Test-KaAudit'
        'Test-KaCache'
        'Test-KaDeployment'
        'Test-KaEnvironment'
        'Test-KaRight'
        'Wait-KaDeployment'
        'Watch-KaDeployment'
    )
    PrivateData          = @{
        PSData = @{
            Tags = @('Kadeploy', 'BareMetal', 'Provisioning', 'Imaging', 'PXE', 'Cluster', 'PSEdition_Core', 'Windows', 'Linux')
        }
    }
}
