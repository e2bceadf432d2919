BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Revoke-KaRight' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-8]') | Out-Null
        Grant-KaRight alice lab-[1-4]
        Grant-KaRight bob lab-5 -Part /dev/sda3, /dev/sda5
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'takes away everything, some nodes, or some devices' {
        Revoke-KaRight alice lab-[1-2] -Force | Should -BeNullOrEmpty
        (Get-KaRight alice).Scope | ForEach-Object ToString | Should -Be 'lab-3', 'lab-4'
        Revoke-KaRight bob -Part /dev/sda5 -Force
        "$((Get-KaRight bob).Part)" | Should -Be '/dev/sda3'
        $gone = Revoke-KaRight alice -Force -PassThru
        $gone.Count | Should -Be 2
        Get-KaRight alice | Should -BeNullOrEmpty
    }

    It 'takes away what the pipeline brings, and nothing else' {
        Get-KaRight | Where-Object { "$($_.Scope)" -in 'lab-1', 'lab-5' -and "$($_.Part)" -ne '/dev/sda5' } | Revoke-KaRight -Force
        (Get-KaRight).Count | Should -Be 4
        "$((Get-KaRight bob).Part)" | Should -Be '/dev/sda5'
    }

    It 'changes nothing where there is nothing' {
        Revoke-KaRight carol -Force -PassThru | Should -BeNullOrEmpty
        @() | Revoke-KaRight -Force
        @(Get-KaRight).Count | Should -Be 6
    }

    It 'refuses a part of what holds more widely' {
        Grant-KaRight carol *
        { Revoke-KaRight carol lab-1 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'KA1302,Kadeploy.PowerShell.Cmdlets.RevokeKaRight'
    }

    It 'is of high impact, takes nothing with -WhatIf, and asks with -Confirm' {
        [Kadeploy.PowerShell.Cmdlets.RevokeKaRight].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        Get-Transcript { Revoke-KaRight alice lab-[1-2] -WhatIf -Force } | Should -BeLike '*Take from alice rights on lab-*1-2*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Revoke-KaRight alice -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions | Should -BeLike '*alice*all nodes*'
        @(Get-KaRight).Count | Should -Be 6
    }
}
