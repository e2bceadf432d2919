BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Wait-KaDeployment' {
    BeforeAll { $state = Set-TestSession }
    AfterAll { Remove-TestSession $state }

    It 'gives each deployment as it ended' {
        $started = 1..3 | ForEach-Object { Start-KaDeployment "a$_-[1-2]" e -Force }
        $ended = $started | Wait-KaDeployment
        $ended.Count | Should -Be 3
        $ended.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Finished'
        ($ended.Id | Sort-Object Value) | Should -Be ($started.Id | Sort-Object Value)
    }

    It 'gives one that has ended at once' {
        $d = Start-KaDeployment b-1 e -Force -Wait -PassThru | Select-Object -Last 1
        ($d | Wait-KaDeployment -Timeout 0).Id | Should -Be $d.Id
    }

    It 'tells a deployment that has not ended in time as an error with it as target' {
        $frozen = Set-TestSession -Frozen
        try {
            $d = Start-KaDeployment c-1 e -Force
            $d | Wait-KaDeployment -Timeout 0 -ErrorAction SilentlyContinue -ErrorVariable late | Should -BeNullOrEmpty
            $late[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
            $late[0].TargetObject.Id | Should -Be $d.Id
            (Get-KaDeployment $d).State | Should -Be 'Running'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'leaves the deployment alone when the pipeline is stopped' {
        $frozen = Set-TestSession -Frozen
        try {
            $d = Start-KaDeployment d-1 e -Force
            (Invoke-Broken '$d | Wait-KaDeployment -Session $s' @{ d = $d; s = Get-KaSession }).Stopped | Should -Be 'Stopped'
            (Get-KaDeployment $d).State | Should -Be 'Running'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'does not wait for what nobody runs' {
        $left = New-TestState
        Invoke-Pwsh "Import-Module '$moduleFolder/Kadeploy.psd1'; Set-KaSession -Simulated -StateDirectory '$left' -Latency Realistic -Speed 0.001; Start-KaDeployment e-1 e -Force | Out-Null" 2>$null
        Set-KaSession -Simulated -StateDirectory $left
        try {
            Get-KaDeployment -State Running | Wait-KaDeployment -WarningAction SilentlyContinue -WarningVariable warned | Should -BeNullOrEmpty
            "$warned" | Should -BeLike '*Resume-KaDeployment*'
            Resume-KaDeployment -Wait | ForEach-Object State | Should -Be 'Ok'
        }
        finally {
            Remove-TestSession $left
            Set-KaSession -Simulated -StateDirectory $state
        }
    }
}
