BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Stop-KaDeployment' {
    BeforeAll { $state = Set-TestSession -Frozen }
    AfterAll { Remove-TestSession $state }

    It 'cancels what runs' {
        $d = Start-KaDeployment a-[1-2] e -Force
        $d | Stop-KaDeployment | Should -BeNullOrEmpty
        $ended = $d | Wait-KaDeployment
        $ended.State | Should -Be 'Cancelled'
        $ended.Results.Cancelled | Should -Be 2
    }

    It 'gives the deployment with -PassThru' {
        $d = Start-KaDeployment b-1 e -Force
        ($d | Stop-KaDeployment -PassThru).Id | Should -Be $d.Id
    }

    It 'does nothing with -WhatIf' {
        $d = Start-KaDeployment c-1 e -Force
        Get-Transcript { $d | Stop-KaDeployment -WhatIf } | Should -BeLike "*Cancel $($d.Id), e version 1, on 1 node*"
        (Get-KaDeployment $d).State | Should -Be 'Running'
    }

    It 'asks with -Confirm' {
        $d = Start-KaDeployment d-1 e -Force
        $asked = Invoke-Asking -Answer 2 -Script { param($a) $a.d | Stop-KaDeployment -Session $a.s -Confirm } -Session @{ d = $d; s = Get-KaSession }
        $asked.Questions.Count | Should -Be 1
        (Get-KaDeployment $d).State | Should -Be 'Running'
    }

    It 'tells one that has ended as an error, and goes on with the others' {
        $ended = Start-KaDeployment e-1 e -Force | Stop-KaDeployment -PassThru | Wait-KaDeployment
        $runs = Start-KaDeployment f-1 e -Force
        $ended, $runs | Stop-KaDeployment -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.Count | Should -Be 1
        $failed[0].TargetObject.Id | Should -Be $ended.Id
        ($runs | Wait-KaDeployment).State | Should -Be 'Cancelled'
    }
}
