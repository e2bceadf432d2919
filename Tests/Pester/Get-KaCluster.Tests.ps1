BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaCluster' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]'), (New-TestCluster $folder gpu) | Out-Null
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'lists clusters with their nodes and settings' {
        $all = Get-KaCluster
        $all | Should -BeOfType Kadeploy.InventoryCluster
        $all.Name | Should -Be 'gpu', 'lab'
        $all[1].Nodes.Length | Should -Be 4
        $all[1].Origin | Should -Be 'store'
        $all[1].Settings | Should -BeLike '*block_device: /dev/sda*'
    }

    It 'finds by name, wildcard and object, and tells what is not there' {
        (Get-KaCluster LAB).Name | Should -Be 'lab'
        (Get-KaCluster g*).Name | Should -Be 'gpu'
        Get-KaCluster nothing* | Should -BeNullOrEmpty
        (Get-KaNode lab-1 | Get-KaCluster).Name | Should -Be 'lab'
        $found = Get-KaCluster nothing, gpu -ErrorAction SilentlyContinue -ErrorVariable missing
        $found.Name | Should -Be 'gpu'
        $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'completes names' {
        (Get-Completion 'Get-KaCluster -Name ').CompletionText | Should -Be 'gpu', 'lab'
    }

    It 'shows a table and a list' {
        Get-KaCluster | Format-Table | Out-String -Width 120 | Should -Match 'lab\s+4 store\s+lab-\[1-4\]'
        Get-KaCluster lab | Format-List | Out-String -Width 120 | Should -Match 'Nodes\s+: lab-\[1-4\]'
    }
}
