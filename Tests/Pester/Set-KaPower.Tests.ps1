BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Set-KaPower' {
    BeforeAll { $state = Set-TestSession }
    AfterAll { Remove-TestSession $state }

    It 'switches <State>, and gives each node as it ends' -TestCases @{ State = 'On' }, @{ State = 'Off' }, @{ State = 'Cycle' } {
        param($State)
        $results = Get-KaNode lab-[1-3] | Set-KaPower -State $State -Force
        $results | Should -BeOfType Kadeploy.NodeResult
        $results.State | ForEach-Object ToString | Should -Be 'Ok', 'Ok', 'Ok'
        @($results.Operation | Sort-Object -Unique).Count | Should -Be 1
    }

    It 'takes what Get-KaPower gave' {
        (Get-KaPower lab-[1-2] | Set-KaPower -State On -Force).Count | Should -Be 2
    }

    It 'gives the operation with -NoWait, which the other commands follow' {
        $operation = Set-KaPower lab-1 Off -NoWait -Force
        $operation | Should -BeOfType Kadeploy.Operation
        "$($operation.Kind)" | Should -Be 'Power'
        ($operation | Wait-KaDeployment).State | Should -Be 'Finished'
        ($operation | Receive-KaDeployment).State | Should -Be 'Ok'
        { $operation | Restart-KaDeployment -ErrorAction Stop } | Should -Throw '*another kind*'
        Get-KaDeployment | Should -BeNullOrEmpty
        (Get-KaDeployment -Kind Power -Last 1).Id | Should -Be $operation.Id
    }

    It 'gives a job' {
        $job = Set-KaPower lab-[1-2] On -AsJob -Force
        ($job | Receive-Job -Wait).Count | Should -Be 2
        $job | Remove-Job
    }

    It 'gives nodes that fail as objects and as errors' {
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 1 -Fault BmcRefuses
        $results = Set-KaPower lab-[1-2] Off -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $results.State | ForEach-Object ToString | Should -Be 'Ko', 'Ko'
        $failed[0].FullyQualifiedErrorId | Should -Be 'KA2001,Kadeploy.PowerShell.Cmdlets.SetKaPower'
        Set-KaSession -Simulated -StateDirectory $state
    }

    It 'is of high impact, switches nothing with -WhatIf, and asks once with -Confirm' {
        [Kadeploy.PowerShell.Cmdlets.SetKaPower].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        $before = @(Get-KaDeployment -Kind Power).Count
        Get-Transcript { Set-KaPower lab-[1-2] Off -Level Hard -WhatIf } | Should -BeLike '*Switch 2 nodes (lab-*1-2*): Off, beginning with Hard*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaNode lab-[1-3] -Session $s | Set-KaPower -State Off -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        @(Get-KaDeployment -Kind Power).Count | Should -Be $before
        { Set-KaPower lab-1 Status -Force } | Should -Throw '*Cycle*'
    }
}
