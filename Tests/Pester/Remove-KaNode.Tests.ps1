BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Remove-KaNode' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]') | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'removes what is named and what the pipeline brings' {
        Remove-KaNode lab-1 | Should -BeNullOrEmpty
        $gone = Get-KaNode lab-[2-3] | Remove-KaNode -PassThru
        $gone.ComputerName | Should -Be 'lab-2', 'lab-3'
        (Get-KaNode).ComputerName | Should -Be 'lab-4'
    }

    It 'removes nothing when one is not there' {
        { Remove-KaNode lab-[3-9] } | Should -Throw '*lab-5*' -ErrorId 'KA1001*'
        @(Get-KaNode).Count | Should -Be 4
    }

    It 'removes nothing with -WhatIf, asks once with -Confirm, and does nothing without nodes' {
        Get-Transcript { Get-KaNode | Remove-KaNode -WhatIf } | Should -BeLike '*4 nodes from the inventory: lab-*1-4*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaNode -Session $s | Remove-KaNode -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        @() | Remove-KaNode
        @(Get-KaNode).Count | Should -Be 4
    }

    It 'removes the password with the last node that has it' {
        Import-KaCluster (New-TestControllerCluster $folder) | Out-Null
        Add-KaNode b-[1-2] bmc -ControllerAddress bmc-[1-2] -ControllerCredential (New-TestCredential) | Out-Null
        Remove-KaNode b-1
        (Get-TestPassword $state).Values | Should -Be 'hush-1'
        Remove-KaNode b-2
        (Get-TestPassword $state).Count | Should -Be 0
    }
}
