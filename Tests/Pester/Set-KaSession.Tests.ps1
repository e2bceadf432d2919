BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Set-KaSession' {
    AfterEach { Set-KaSession -Default }

    It 'gives nothing, or the session with -PassThru' {
        Set-KaSession -Simulated | Should -BeNullOrEmpty
        $s = Set-KaSession -Simulated -Seed 5 -Latency Realistic -FaultRate 0.25 -Fault Flaps, NeverBoots -Speed 60 -PassThru
        $s | Should -BeOfType Kadeploy.KaSession
        $s.Simulation.Seed | Should -Be 5
        $s.Simulation.Latency | Should -Be 'Realistic'
        $s.Simulation.FaultRate | Should -Be 0.25
        $s.Simulation.Faults | Should -Be 'Flaps', 'NeverBoots'
        $s.SimulationSpeed | Should -Be 60
    }

    It 'takes paths from where PowerShell stands' {
        $folder = New-TestState
        $null = New-Item -ItemType Directory $folder
        Set-Content (Join-Path $folder 'kadeploy.yml') 'server: { address: 127.0.0.1 }'
        Push-Location $folder
        try {
            $s = Set-KaSession -StateDirectory state -Configuration ./kadeploy.yml -PassThru
            $s.StateDirectory | Should -Be (Join-Path $folder 'state')
            $s.Configuration | Should -Be (Join-Path $folder 'kadeploy.yml')
        }
        finally {
            Pop-Location
            Remove-Item $folder -Recurse
        }
    }

    It 'refuses a configuration that is not there' {
        { Set-KaSession -Configuration ./not-there.yml } | Should -Throw '*not-there.yml*' -ErrorId 'KA1001*'
    }

    It 'refuses <Name>' -TestCases @(
        @{ Name = 'a share above 1'; Bad = @{ Simulated = $true; FaultRate = 2 } }
        @{ Name = 'a clock that stands still'; Bad = @{ Simulated = $true; Speed = 0 } }
        @{ Name = 'a fault that there is none of'; Bad = @{ Simulated = $true; Fault = 'Explodes' } }
        @{ Name = 'settings of simulated nodes for machines'; Bad = @{ Seed = 2; Configuration = 'x' } }
    ) {
        param($Bad)
        { Set-KaSession @Bad } | Should -Throw
    }

    It 'goes back to an earlier session and to the default' {
        $default = Get-KaSession
        $mine = Set-KaSession -Simulated -Seed 9 -PassThru
        Set-KaSession -Default
        Get-KaSession | Should -Be $default
        $mine | Set-KaSession
        (Get-KaSession).Simulation.Seed | Should -Be 9
    }

    It 'chooses for one runspace only' {
        Set-KaSession -Simulated -Seed 9
        $other = [powershell]::Create().AddScript("Import-Module '$moduleFolder/Kadeploy.psd1'; Get-KaSession")
        try { $other.Invoke()[0].Simulation | Should -BeNullOrEmpty } finally { $other.Dispose() }
    }
}
