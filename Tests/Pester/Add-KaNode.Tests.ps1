BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Add-KaNode' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'adds a range with the ranges that go with it' {
        $added = Add-KaNode lab-[1-40] -Cluster lab -Address 10.0.0.[1-40] -Tag rack=r7 -Group old -Description 'forty'
        $added | Should -BeOfType Kadeploy.InventoryNode
        $added.Count | Should -Be 40
        $added[6].ComputerName | Should -Be 'lab-7'
        $added[6].IPAddress | Should -Be '10.0.0.7'
        $added[6].Tags | Should -Be 'rack=r7'
        $added[6].Description | Should -Be 'forty'
        @(Get-KaNode).Count | Should -Be 40
    }

    It 'keeps the order in which nodes are written' {
        (Add-KaNode lab-9, lab-2 lab -Address 10.0.0.[1-2] | Where-Object ComputerName -EQ lab-9).IPAddress | Should -Be '10.0.0.1'
    }

    It 'adds the rows of a table, each by itself' {
        $rows = 'Name,Cluster,Address,MacAddress', 'a,lab,10.0.0.1,52:54:00:00:00:01', 'b,nowhere,10.0.0.2,52:54:00:00:00:02', 'c,lab,10.0.0.3,52:54:00:00:00:03' | ConvertFrom-Csv
        $added = $rows | Add-KaNode -ErrorAction SilentlyContinue -ErrorVariable wrong
        $added.ComputerName | Should -Be 'a', 'c'
        "$($added[1].Definition.MacAddresses)" | Should -Be '52:54:00:00:00:03'
        $wrong.Count | Should -Be 1
        "$($wrong[0])" | Should -BeLike '*nowhere*'
        $wrong[0].FullyQualifiedErrorId | Should -Be 'KA1001,Kadeploy.PowerShell.Cmdlets.AddKaNode'
    }

    It 'refuses what is there already, and what is no name' {
        Add-KaNode lab-1 lab | Out-Null
        Add-KaNode lab-[1-2] lab -ErrorAction SilentlyContinue -ErrorVariable there | Should -BeNullOrEmpty
        "$there" | Should -BeLike "*lab-1*already*'Set-KaNode'*'Remove-KaNode'*"
        Get-KaNode -Cluster lab | ForEach-Object ComputerName | Should -Be 'lab-1'
        { Add-KaNode 'lab 1!' lab -ErrorAction Stop } | Should -Throw
    }

    It 'adds nothing with -WhatIf, and asks with -Confirm' {
        Get-Transcript { Add-KaNode lab-[1-4] lab -WhatIf } | Should -BeLike '*Add lab-*1-4* to cluster lab*'
        $asked = Invoke-Asking -Answer 0 -Script { param($s) Add-KaNode lab-[1-4] lab -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        $asked.Output.Count | Should -Be 4
    }

    Context 'credentials of controllers' {
        BeforeEach {
            Import-KaCluster (New-TestControllerCluster $folder) | Out-Null
            Import-TestVault
        }
        AfterEach { Remove-Module TestVault }

        It 'keeps the password of a PSCredential in a file that only its owner may read, and records the file' {
            $added = Add-KaNode b-[1-3] bmc -ControllerAddress bmc-[1-3] -ControllerCredential (New-TestCredential)
            $added.Definition.Controller.User | Select-Object -Unique | Should -Be 'deploy'
            $file = $added.Definition.Controller.PasswordFile | Select-Object -Unique
            $file | Should -BeLike (Join-Path $state 'credentials' '*')
            (Get-TestPassword $state)[$file] | Should -BeExactly 'hush-1'
            if (-not $IsWindows) {
                (Get-Item $file).UnixMode | Should -Be '-rw-------'
                (Get-Item (Split-Path $file)).UnixMode | Should -Be 'drwx------'
            }
        }

        It 'shows the password nowhere' {
            $shown = Get-Transcript {
                $added = Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerCredential (New-TestCredential) -Verbose -Debug
                { Add-KaNode b-2 bmc -ControllerAddress bmc-1 -ControllerCredential (New-TestCredential) -ErrorAction Stop } | Should -Throw '*bmc-1*already*'
            }
            $added = Get-KaNode b-1
            $shown += & {
                $added | Format-List *
                $added.Definition | Format-List *
                $added.Definition.Controller | Format-Custom
                $added | ConvertTo-Json -Depth 10
                $added | ConvertTo-Csv
                Export-KaNode b-1
                [System.Management.Automation.PSSerializer]::Serialize($added, 9)
                Get-KaAudit | Format-List *
                $Error | Format-List * -Force
            } | Out-String -Width 1000
            $shown | Should -BeLike '*VERBOSE*Add b-1*credentials*'
            $shown | Should -Not -BeLike '*hush-1*'
        }

        It 'reads secrets by Get-Secret, each once: <Secret>' -ForEach @(
            @{ Secret = 'bmc'; User = 'vaulted'; Password = 'hush-2' }
            @{ Secret = 'site/bmc'; User = 'vaulted'; Password = 'hush-2' }
            @{ Secret = 'text'; User = $null; Password = 'hush-3' }
            @{ Secret = 'plain'; User = $null; Password = 'hush-4' }
            @{ Secret = 'folder/bmc'; User = 'slashed'; Password = 'hush-5' }
        ) {
            $rows = 1..2 | ForEach-Object { [pscustomobject]@{ Name = "b-$_"; Cluster = 'bmc'; ControllerAddress = "bmc-$_"; ControllerCredential = $Secret } }
            $added = $rows | Add-KaNode
            $added.Count | Should -Be 2
            $added[0].Definition.Controller.User | Should -Be $User
            (Get-TestPassword $state)[$added[0].Definition.Controller.PasswordFile] | Should -BeExactly $Password
            Get-SecretReads | Should -Be 1
        }

        It 'takes a SecureString, or a secret that is a text, with -ControllerUser' {
            (Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerUser me -ControllerCredential text).Definition.Controller.User | Should -Be 'me'
            $added = Add-KaNode b-2 bmc -ControllerAddress bmc-2 -ControllerUser me -ControllerCredential (New-TestCredential).Password
            $added.Definition.Controller.User | Should -Be 'me'
            (Get-TestPassword $state)[$added.Definition.Controller.PasswordFile] | Should -BeExactly 'hush-1'
        }

        It 'refuses <Wrong>, and keeps nothing' -ForEach @(
            @{ Wrong = 'a secret that is not there'; Credential = { 'none' }; Message = "*secret 'none' could not be read by Get-Secret: The secret none was not found.*" }
            @{ Wrong = 'a secret that is not there in its vault'; Credential = { 'site/text' }; Message = "*secret 'site/text' could not be read*" }
            @{ Wrong = 'a secret that is a table'; Credential = { 'table' }; Message = "*secret 'table' is of the type Hashtable*PSCredential*" }
            @{ Wrong = 'a secret of bytes'; Credential = { 'bytes' }; Message = "*secret 'bytes' is of the type Byte*PSCredential*" }
            @{ Wrong = 'a table'; Credential = { @{ a = 'hush-7' } }; Message = '*not Hashtable*' }
            @{ Wrong = 'an empty text'; Credential = { '' }; Message = '*not an empty text*' }
            @{ Wrong = 'an empty credential'; Credential = { [pscredential]::Empty }; Message = '*no password*Get-Credential*' }
            @{ Wrong = 'an empty password'; Credential = { [pscredential]::new('me', [securestring]::new()) }; Message = "*controller's password is empty*" }
            @{ Wrong = 'two lines'; Credential = { New-TestCredential -Password "hush-7`nhush-8" }; Message = '*not one line of text*' }
            @{ Wrong = 'too long a password'; Credential = { New-TestCredential -Password 'hush-hush-hush-hush-h' }; Message = '*has 21 bytes; IPMI allows 20*' }
        ) {
            $failed = { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerCredential (& $Credential) -ErrorAction Stop } | Should -Throw $Message -PassThru
            "$($failed | Format-List * -Force | Out-String)" | Should -Not -BeLike '*hush*'
            Get-KaNode -Cluster bmc | Should -BeNullOrEmpty
            (Get-TestPassword $state).Count | Should -Be 0
        }

        It 'refuses what contradicts a credential' {
            { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerUser me -ControllerCredential bmc } | Should -Throw "*'vaulted'*-ControllerUser*'me'*" -ErrorId 'KA1001*'
            { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerPasswordFile /x -ControllerCredential bmc } | Should -Throw '*-ControllerPasswordFile*give one*'
            { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerPasswordVariable X -ControllerCredential (New-TestCredential) } | Should -Throw '*-ControllerPasswordVariable*give one*'
            Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerUser vaulted -ControllerCredential bmc | Should -Not -BeNullOrEmpty
        }

        It 'says how to get Get-Secret where it is not, and reads no secret with -WhatIf' {
            Get-Transcript { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerCredential none -WhatIf } | Should -BeLike '*Add b-1 to cluster bmc*'
            $WhatIfPreference = $true
            Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerCredential bmc
            $WhatIfPreference = $false
            Get-SecretReads | Should -Be 0
            Join-Path $state credentials | Should -Not -Exist
            Remove-Module TestVault
            { Add-KaNode b-1 bmc -ControllerAddress bmc-1 -ControllerCredential bmc } | Should -Throw '*Install-PSResource Microsoft.PowerShell.SecretManagement*-ControllerPasswordFile*'
            Import-TestVault
        }
    }
}
