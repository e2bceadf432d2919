BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Import-KaNode' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder) | Out-Null
        $sheet = Join-Path $folder 'nodes.csv'
        Set-Content $sheet "name,cluster,address,tags`nlab-1,lab,10.0.0.1,rack=r7`nlab-2,lab,10.0.0.2,"
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'takes in a sheet and a list, and again without a change' {
        $done = Import-KaNode $sheet
        $done | Should -BeOfType Kadeploy.InventoryChanges
        $done.Added.Fold() | Should -Be 'lab-[1-2]'
        (Get-KaNode lab-1).Tags | Should -Be 'rack=r7'
        (Import-KaNode $sheet).Unchanged.Fold() | Should -Be 'lab-[1-2]'
        $list = Join-Path $folder 'more.yml'
        Set-Content $list 'nodes: [{ name: "lab-[2-3]", cluster: lab, address: "10.0.0.[2-3]", tags: [new] }]'
        $more = Import-KaNode $list
        $more.Added.Fold() | Should -Be 'lab-3'
        $more.Changed.Fold() | Should -Be 'lab-2'
    }

    It 'reads what Export-KaNode wrote, as a sheet and as a list' {
        Import-KaNode $sheet | Out-Null
        foreach ($name in 'out.csv', 'out.yml') {
            $file = (Export-KaNode -Path (Join-Path $folder $name) -PassThru).FullName
            Get-KaNode | Remove-KaNode
            (Import-KaNode $file).Added.Fold() | Should -Be 'lab-[1-2]'
            (Get-KaNode lab-1).IPAddress | Should -Be '10.0.0.1'
        }
    }

    It 'takes in nothing when something is wrong, and says where' {
        Add-Content $sheet 'lab-3,nowhere,10.0.0.1,'
        { Import-KaNode $sheet } | Should -Throw '*nodes.csv:4*' -ErrorId 'KA1001*'
        Get-KaNode | Should -BeNullOrEmpty
    }

    It 'says with -WhatIf what would change, and asks once with -Confirm' {
        $file = $sheet
        Get-Transcript { Import-KaNode $sheet -WhatIf | Out-Null } | Should -BeLike '*add nodes lab-*1-2*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Import-KaNode $s.File -Session $s.Session -Confirm } -Session @{ Session = Get-KaSession; File = $file }
        $asked.Questions.Count | Should -Be 1
        Get-KaNode | Should -BeNullOrEmpty
    }
}
