BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Restart-KaDeployment' {
    BeforeAll {
        $state = New-TestState
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 0.5 -Fault BmcRefuses -Seed 3
        $r = Start-KaDeployment a-[1-12] debian13 -Key 'ssh-ed25519 AAAA test' -Force -Wait -ErrorAction SilentlyContinue
        $d = Get-KaDeployment -Last 1
        $failed = @($r | Where-Object Succeeded -EQ $false).ComputerName | Sort-Object
        # From here on nodes are well.
        Set-KaSession -Simulated -StateDirectory $state
    }
    AfterAll { Remove-TestSession $state }

    It 'asks for the failed nodes only, and for the same as before' {
        $plan = $d | Restart-KaDeployment -WhatIf -PassThru
        $plan.Request.Nodes.Value | Sort-Object | Should -Be $failed
        $plan.Request.Environment.Name | Should -Be 'debian13'
        $plan.Request.AuthorizedKeys | Should -BeLike 'ssh-ed25519 AAAA test*'
        $plan.Operation | Should -Not -Be $d.Id
    }

    It 'takes results as well as deployments' {
        $plan = $r | Restart-KaDeployment -WhatIf -PassThru
        @($plan).Count | Should -Be 1
        $plan.Request.Nodes.Value | Sort-Object | Should -Be $failed
    }

    It 'takes only some of the failed nodes' {
        ($d | Restart-KaDeployment -Node $failed[0], a-99 -WhatIf -PassThru).Request.Nodes.Value | Should -Be $failed[0]
    }

    It 'deploys them' {
        $again = $d | Restart-KaDeployment -Force -Wait
        $again.ComputerName | Sort-Object | Should -Be $failed
        $again.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ok'
    }

    It 'starts nothing where no node failed, and says so' {
        $well = Start-KaDeployment b-1 e -Force -Wait -PassThru | Select-Object -Last 1
        $well | Restart-KaDeployment -Force -WarningAction SilentlyContinue -WarningVariable warned | Should -BeNullOrEmpty
        "$warned" | Should -BeLike "*$($well.Id)*"
    }

    It 'refuses one that has not ended' {
        $frozen = Set-TestSession -Frozen
        try {
            $runs = Start-KaDeployment c-1 e -Force
            $runs | Restart-KaDeployment -Force -ErrorAction SilentlyContinue -ErrorVariable refused | Should -BeNullOrEmpty
            $refused[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }
}
