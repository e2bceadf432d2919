BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Remove-KaCluster' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]'), (New-TestCluster $folder gpu) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'removes one that has no nodes, and refuses one that has' {
        $gone = 'lab', 'gpu' | Remove-KaCluster -PassThru -ErrorAction SilentlyContinue -ErrorVariable full
        $gone.Name | Should -Be 'gpu'
        $full.Count | Should -Be 1
        "$($full[0])" | Should -BeLike '*lab*'
        Get-KaNode -Cluster lab | Remove-KaNode
        Get-KaCluster | Remove-KaCluster
        Get-KaCluster | Should -BeNullOrEmpty
    }

    It 'removes nothing with -WhatIf, and asks with -Confirm' {
        Get-Transcript { Remove-KaCluster gpu -WhatIf } | Should -BeLike '*Remove cluster gpu*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Remove-KaCluster gpu -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        (Get-KaCluster).Name | Should -Be 'gpu', 'lab'
    }
}
