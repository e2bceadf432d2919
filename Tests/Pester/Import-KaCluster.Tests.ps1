BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Import-KaCluster' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'takes in a cluster with its nodes, and again without a change' {
        $file = New-TestCluster $folder lab 'lab-[1-4]'
        $done = Import-KaCluster $file
        $done | Should -BeOfType Kadeploy.InventoryChanges
        $done.AddedClusters | Should -Be 'lab'
        $done.Added.Fold() | Should -Be 'lab-[1-4]'
        $again = Import-KaCluster $file
        $again.UnchangedClusters | Should -Be 'lab'
        $again.DryRun | Should -BeFalse
        @(Get-KaNode).Count | Should -Be 4
    }

    It 'takes in several files together, or none of them' {
        New-TestCluster $folder one 'one-[1-2]' | Out-Null
        New-TestCluster $folder two 'two-[1-2]' | Out-Null
        (Get-ChildItem $folder -Filter *.yml | Import-KaCluster).AddedClusters | Should -Be 'one', 'two'
        Set-Content (Join-Path $folder 'three.yml') "name: three`npowr: {}"
        New-TestCluster $folder four | Out-Null
        { Import-KaCluster (Join-Path $folder '*.yml') } | Should -Throw '*three.yml:2*powr*' -ErrorId 'KA1001*'
        (Get-KaCluster).Name | Should -Be 'one', 'two'
    }

    It 'says what it would do with -WhatIf, as text and as an object, and does nothing' {
        $cluster = New-TestCluster $folder lab 'lab-[1-4]'
        $holder = @{}
        Get-Transcript { $holder.Changes = Import-KaCluster $cluster -WhatIf } | Should -BeLike '*add clusters lab; add nodes lab-*1-4*'
        $holder.Changes.DryRun | Should -BeTrue
        Get-KaCluster | Should -BeNullOrEmpty
    }

    It 'asks once with -Confirm, naming what changes' {
        $cluster = New-TestCluster $folder lab 'lab-[1-4]'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Import-KaCluster $s.File -Session $s.Session -Confirm } -Session @{ Session = Get-KaSession; File = $cluster }
        $asked.Questions.Count | Should -Be 1
        $asked.Questions[0] | Should -BeLike '*lab-*1-4*'
        Get-KaCluster | Should -BeNullOrEmpty
    }

    It 'says which file cannot be read' {
        { Import-KaCluster (Join-Path $folder 'none.yml') } | Should -Throw '*none.yml*could not be read*' -ErrorId 'KA1001*'
    }

    It 'shows a list' {
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]') | Out-String -Width 120 | Should -Match 'Added\s+: lab-\[1-4\]'
    }
}
