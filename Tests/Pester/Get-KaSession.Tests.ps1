BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaSession' {
    BeforeEach { Set-KaSession -Default }

    It 'names all places of the default' {
        $s = Get-KaSession
        $s.StateDirectory | Should -Not -BeNullOrEmpty
        [IO.Path]::IsPathFullyQualified($s.StateDirectory) | Should -BeTrue
        $s.Simulation | Should -BeNullOrEmpty
    }

    It 'follows the variables of the command line' {
        $config, $home1 = $env:KADEPLOY_CONFIG, $env:XDG_STATE_HOME
        try {
            $env:KADEPLOY_CONFIG = Join-Path ([IO.Path]::GetTempPath()) 'elsewhere.yml'
            $env:XDG_STATE_HOME = [IO.Path]::GetTempPath()
            (Get-KaSession).Configuration | Should -Be $env:KADEPLOY_CONFIG
            (Get-KaSession).StateDirectory | Should -Be (Join-Path ([IO.Path]::GetTempPath()) 'kadeploy')
        }
        finally {
            $env:KADEPLOY_CONFIG, $env:XDG_STATE_HOME = $config, $home1
        }
    }

    It 'gives plain values that other runspaces can use' {
        $state = Set-TestSession
        try {
            Start-KaDeployment a-1 e -Force -Wait | Out-Null
            $s = Get-KaSession
            $names = 1..2 | ForEach-Object -Parallel {
                Import-Module "$using:moduleFolder/Kadeploy.psd1"
                (Get-KaDeployment -Session $using:s).Environment
            }
            $names | Should -Be 'e version 1', 'e version 1'
        }
        finally {
            Remove-TestSession $state
        }
    }

    It 'shows whether nodes are simulated' {
        Set-KaSession -Simulated -FaultRate 0.5
        Get-KaSession | Out-String -Width 120 | Should -Match 'Nodes\s+: simulated'
        Set-KaSession -Default
        Get-KaSession | Out-String -Width 120 | Should -Match 'Nodes\s+: machines'
    }
}
