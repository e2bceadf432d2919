BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Export-KaNode' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]'), (New-TestCluster $folder gpu 'gpu-1') | Out-Null
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'gives the text of all, of some, and of what the pipeline brings' {
        $rows = Export-KaNode -Format Csv | ConvertFrom-Csv
        $rows.name | Should -Be 'gpu-1', 'lab-1', 'lab-2', 'lab-3', 'lab-4'
        $rows[0].cluster | Should -Be 'gpu'
        Export-KaNode lab-[1-2] | Should -BeLike 'nodes:*lab*'
        Get-KaNode gpu-* | Export-KaNode -Format Csv | Should -BeExactly (Export-KaNode gpu-1 -Format Csv)
    }

    It 'writes a file in the format that its name says' {
        $file = Join-Path $folder 'out.csv'
        Export-KaNode -Path $file | Should -BeNullOrEmpty
        Get-Content $file -Raw | Should -BeExactly (Export-KaNode -Format Csv)
        { Export-KaNode -Path $file -NoClobber } | Should -Throw '*is there already*'
    }

    It 'writes nothing with -WhatIf, and nothing of nodes that no inventory knows' {
        $never = Join-Path $folder 'never.csv'
        Get-Transcript { Export-KaNode -Path $never -WhatIf } | Should -BeLike "*Write 5 nodes to $never*"
        Export-KaNode invented-[1-4] -Path $never
        $never | Should -Not -Exist
    }
}
