BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Start-KaDeployment' {
    BeforeAll { $state = Set-TestSession }
    AfterAll { Remove-TestSession $state }

    Context 'what names nodes' {
        It 'takes <Name>' -TestCases @(
            @{ Name = 'a name'; Nodes = 'lab-1'; Expected = 'lab-1' }
            @{ Name = 'a range'; Nodes = 'lab-[1-3]'; Expected = 'lab-[1-3]' }
            @{ Name = 'several of both'; Nodes = @('lab-[1-3]', 'x'); Expected = 'lab-[1-3],x' }
            @{ Name = 'an object with Name'; Nodes = [pscustomobject]@{ Name = 'n1' }; Expected = 'n1' }
            @{ Name = 'an object with ComputerName'; Nodes = [pscustomobject]@{ ComputerName = 'c1' }; Expected = 'c1' }
            @{ Name = 'an object with DNSHostName'; Nodes = [pscustomobject]@{ DNSHostName = 'd1.example' }; Expected = 'd1.example' }
            @{ Name = 'an object with HostName'; Nodes = [pscustomobject]@{ HostName = 'h1' }; Expected = 'h1' }
            @{ Name = 'a hashtable'; Nodes = @{ Name = 't1' }; Expected = 't1' }
            @{ Name = 'a node set'; Nodes = { [Kadeploy.NodeSet]::Parse('s-[1-2]') }; Expected = 's-[1-2]' }
            @{ Name = 'a node'; Nodes = { [Kadeploy.NodeName]::Parse('k1') }; Expected = 'k1' }
        ) {
            param($Nodes, $Expected)
            if ($Nodes -is [scriptblock]) { $Nodes = & $Nodes }
            $byArgument = Start-KaDeployment -Node $Nodes -Environment e -WhatIf -PassThru
            [Kadeploy.NodeSet]::From($byArgument.Request.Nodes).Fold() | Should -BeExactly $Expected
            $byPipeline = $Nodes | Start-KaDeployment -Environment e -WhatIf -PassThru
            [Kadeploy.NodeSet]::From($byPipeline.Request.Nodes).Fold() | Should -BeExactly $Expected
        }

        It 'takes a range with commas that nobody quoted' {
            $plan = Start-KaDeployment lab-[1-2,4] e -WhatIf -PassThru
            [Kadeploy.NodeSet]::From($plan.Request.Nodes).Fold() | Should -BeExactly 'lab-[1-2,4]'
        }

        It 'takes the rows of a CSV file' {
            $plan = 'ComputerName,Rack', 'r1-1,1', 'r1-2,1' | ConvertFrom-Csv | Start-KaDeployment -Environment e -WhatIf -PassThru
            [Kadeploy.NodeSet]::From($plan.Request.Nodes).Fold() | Should -BeExactly 'r1-[1-2]'
        }

        It 'makes one deployment of all that the pipeline brings' {
            $d = 'p-1', 'p-2', 'p-[3-5]' | Start-KaDeployment -Environment e -Force
            @($d).Count | Should -Be 1
            $d.Nodes | Should -Be 5
            $d | Wait-KaDeployment | ForEach-Object State | Should -Be 'Finished'
        }

        It 'refuses an object without a name before anything is done' {
            { [pscustomobject]@{ Colour = 'red' } | Start-KaDeployment -Environment e -Force } | Should -Throw '*ComputerName*' -ErrorId 'ParameterArgumentTransformationError,Kadeploy.PowerShell.Cmdlets.StartKaDeployment'
        }

        It 'starts nothing without nodes, and says so' {
            @() | Start-KaDeployment -Environment e -Force -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            "$warned" | Should -BeLike '*no nodes*'
        }
    }

    Context 'what it gives' {
        It 'gives the deployment at once, and a result for each node with -Wait' {
            $d = Start-KaDeployment g-[1-3] debian13 -Force
            $d | Should -BeOfType Kadeploy.Operation
            $r = Start-KaDeployment h-[1-3] debian13 -Force -Wait
            $r | Should -BeOfType Kadeploy.NodeResult
            $r.Count | Should -Be 3
            $r.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ok'
            $r.Environment | Sort-Object -Unique | Should -Be 'debian13 version 1'
            ($r.ComputerName | Sort-Object) -join ' ' | Should -Be 'h-1 h-2 h-3'
        }

        It 'gives the deployment after the results with -PassThru' {
            $all = Start-KaDeployment i-1 debian13 -Force -Wait -PassThru
            $all.Count | Should -Be 2
            $all[1] | Should -BeOfType Kadeploy.Operation
            $all[1].State | Should -Be 'Finished'
        }

        It 'says in the verbose stream that the deployment ends with PowerShell' {
            $verbose = Start-KaDeployment j-1 debian13 -Force -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            "$verbose" | Should -BeLike '*Resume-KaDeployment*'
        }
    }

    Context 'nodes that fail' {
        BeforeAll {
            $failing = New-TestState
            Set-KaSession -Simulated -StateDirectory $failing -FaultRate 1 -Fault BmcRefuses
        }
        AfterAll {
            Remove-Item -LiteralPath $failing -Recurse -Force
            Set-KaSession -Simulated -StateDirectory $state
        }

        It 'gives each as an object and as an error that does not end the command' {
            $r = Start-KaDeployment f-[1-3] e -Force -Wait -ErrorAction SilentlyContinue -ErrorVariable failed -OutVariable out
            $r.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ko'
            $out.Count | Should -Be 3
            $failed.Count | Should -Be 3
            $failed[0].FullyQualifiedErrorId | Should -Be 'KA2001,Kadeploy.PowerShell.Cmdlets.StartKaDeployment'
            $failed[0].CategoryInfo.Category | Should -Be 'DeviceError'
            $failed[0].TargetObject | Should -BeOfType Kadeploy.NodeResult
            $failed[0].ErrorDetails.RecommendedAction | Should -BeLike 'Check the controller*'
            "$($failed[0])" | Should -BeLike "*$($failed[0].TargetObject.Node)*"
            "$($failed[0].ScriptStackTrace)" | Should -Not -BeLike '*at Kadeploy*'
        }

        It 'ends at the first one with -ErrorAction Stop, and the deployment goes on' {
            { Start-KaDeployment f-[1-3] e -Force -Wait -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'KA2001*'
            $d = Get-KaDeployment -Last 1 | Wait-KaDeployment
            $d.Results.Total | Should -Be 3
        }
    }

    Context 'operations that a script gives' {
        It 'adds them as a file would, and tells the script which nodes there are' {
            $plan = 'b-1', 'b-2' | Start-KaDeployment -Environment e -WhatIf -PassThru -ScriptBlock {
                foreach ($name in $_) {
                    @{ SetDeploymentEnv = @{ mount_deploy_part = @{ 'pre-ops' = @(@{ name = "look-$name"; action = 'exec'; command = "echo 'it is $name'"; timeout = 30 }) } } }
                }
            }
            $operations = $plan.Request.CustomOperations
            $operations.Name | Should -Be 'look-b-1', 'look-b-2'
            $operations[0].Placement | Should -Be 'Before'
            "$($operations[0].Timeout)" | Should -Be '30'
            $operations[1].Arguments | Should -Be 'echo', 'it is b-2'
        }

        It 'finds the files that it names from where PowerShell stands' {
            $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "kadeploy-$([guid]::NewGuid().ToString('N'))")
            Set-Content (Join-Path $folder 'tool.sh') '#!/bin/sh'
            Push-Location $folder
            try {
                $plan = Start-KaDeployment b-1 e -WhatIf -PassThru -ScriptBlock {
                    [pscustomobject]@{ SetDeploymentEnv = @{ mount_deploy_part = @{ 'post-ops' = @(@{ name = 'tool'; action = 'send'; file = 'tool.sh'; destination = '/tmp' }) } } }
                }
                $plan.Request.CustomOperations.Name | Should -Be 'tool'
            } finally {
                Pop-Location
                Remove-Item -Recurse $folder
            }
        }

        It 'refuses <Name>' -TestCases @(
            @{ Name = 'what is no table'; Script = { 'lsblk' }; Like = '*-ScriptBlock gave String*tables*' }
            @{ Name = 'nothing'; Script = { }; Like = '*-ScriptBlock gave nothing*' }
            @{ Name = 'a step that there is none of'; Script = { @{ SetDeploymentEnvs = @{ } } }; Like = '*-ScriptBlock*SetDeploymentEnvs*SetDeploymentEnv*' }
            @{ Name = 'what fails by itself'; Script = { throw 'my own' }; Like = '*my own*' }
        ) {
            param($Script, $Like)
            { Start-KaDeployment b-1 e -Force -ScriptBlock $Script } | Should -Throw $Like
        }

        It 'refuses a file as well' {
            { Start-KaDeployment b-1 e -Force -ScriptBlock { @{} } -CustomStep ./steps.yaml } | Should -Throw '*-CustomStep and -ScriptBlock*'
        }
    }

    Context 'bad requests' {
        It 'refuses <Name>' -TestCases @(
            @{ Name = 'a workflow that there is none of'; Extra = @{ ForceStep = 'SetDeploymentEnv|Nonsense:0:0' }; Like = '*Nonsense*' }
            @{ Name = 'a breakpoint nowhere'; Extra = @{ Breakpoint = 'Nowhere' }; Like = '*Nowhere*' }
        ) {
            param($Extra, $Like)
            { Start-KaDeployment b-1 e -Force @Extra } | Should -Throw $Like -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.StartKaDeployment'
        }

        It 'takes a number of chains, from 1 to 64' {
            (Start-KaDeployment b-1 e -Chains 3 -WhatIf -PassThru).Request.Chains | Should -Be 3
            (Start-KaDeployment b-1 e -WhatIf -PassThru).Request.Chains | Should -BeNullOrEmpty
            foreach ($wrong in 0, 65) { { Start-KaDeployment b-1 e -Chains $wrong -Force } | Should -Throw '*Chains*' -ErrorId 'ParameterArgumentValidationError*' }
        }

        It 'lists all problems of a request together' {
            { Start-KaDeployment b-1 -Path ./none.yaml -CustomStep ./nosteps.yaml -Key ./nokeys -Force } | Should -Throw '*none.yaml*nosteps.yaml*nokeys*'
        }

        It 'names what a description lacks, with its line' {
            $file = Join-Path ([IO.Path]::GetTempPath()) "kadeploy-$([guid]::NewGuid().ToString('N')).yaml"
            Set-Content $file "name: broken`nos: linux"
            try { { Start-KaDeployment b-1 $file -Force } | Should -Throw '*image*' } finally { Remove-Item $file }
        }

        It 'takes paths from where PowerShell stands' {
            Push-Location ([IO.Path]::GetTempPath())
            try { { Start-KaDeployment b-1 ./not-there.yaml -Force } | Should -Throw "*$((Get-Location).Path)*not-there.yaml*" } finally { Pop-Location }
        }

        It 'says that machines need a configuration' {
            Set-KaSession -StateDirectory $state
            try { { Start-KaDeployment b-1 ./x.yaml -Force -Session ([Kadeploy.KaSession]@{ StateDirectory = $state; Configuration = '/nonexistent/kadeploy.yml' }) } | Should -Throw -ErrorId 'KA1001*' }
            finally { Set-KaSession -Simulated -StateDirectory $state }
        }

        It 'tells nodes that another deployment holds' {
            $held = Set-TestSession -Frozen
            try {
                Start-KaDeployment busy-1 e -Force | Out-Null
                $r = Start-KaDeployment busy-1 e -Force -Wait -ErrorAction SilentlyContinue -ErrorVariable failed
                $r.State | Should -Be 'Discarded'
                $failed[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
                $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*Stop-KaDeployment*'
            }
            finally {
                Remove-TestSession $held
                Set-KaSession -Simulated -StateDirectory $state
            }
        }
    }

    Context 'WhatIf and Confirm' {
        It 'touches nothing with -WhatIf, also with -Force, and shows the plan' {
            $before = @(Get-KaDeployment).Count
            $text = Get-Transcript { Start-KaDeployment w-[1-2] e -WhatIf -Force }
            $text | Should -BeLike '*Install e version 1 on 2 nodes (w-*disk /dev/sda*'
            $text | Should -BeLike '*SetDeploymentEnvUntrusted*SwitchPxe*'
            @(Get-KaDeployment).Count | Should -Be $before
        }

        It 'is of high impact' {
            [Kadeploy.PowerShell.Cmdlets.StartKaDeployment].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        }

        It 'asks once for all nodes' {
            $asked = Invoke-Asking -Answer 0 -Script { param($s) Start-KaDeployment c-[1-3] e -Session $s -Confirm | Wait-KaDeployment -Session $s } -Session (Get-KaSession)
            $asked.Questions.Count | Should -Be 1
            $asked.Questions[0] | Should -BeLike '*3 nodes*c-*disk /dev/sda*'
            $asked.Output.Results.Ok | Should -Be 3
        }

        It 'starts nothing when the answer is no' {
            $before = @(Get-KaDeployment).Count
            $asked = Invoke-Asking -Answer 2 -Script { param($s) Start-KaDeployment c-1 e -Session $s -Confirm } -Session (Get-KaSession)
            $asked.Questions.Count | Should -Be 1
            $asked.Output | Should -BeNullOrEmpty
            @(Get-KaDeployment).Count | Should -Be $before
        }
    }

    Context 'stopping' {
        BeforeAll { $frozen = Set-TestSession -Frozen }
        AfterAll {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }

        It 'leaves the deployment when the pipeline is stopped' {
            $broken = Invoke-Broken 'Start-KaDeployment z-[1-2] e -Session $s -Force -Wait' @{ s = Get-KaSession }
            $broken.Stopped | Should -Be 'Stopped'
            $broken.Progress[0].Activity | Should -BeLike 'e version 1 on 2 nodes'
            $d = @(Get-KaDeployment -State Running)
            $d.Count | Should -Be 1
            $d | Stop-KaDeployment
        }

        It 'cancels it with -StopOnBreak' {
            $null = Invoke-Broken 'Start-KaDeployment y-[1-2] e -Session $s -Force -Wait -StopOnBreak' @{ s = Get-KaSession }
            $ended = Get-KaDeployment -Last 1 | Wait-KaDeployment
            $ended.State | Should -Be 'Cancelled'
            $ended.Results.Cancelled | Should -Be 2
        }
    }

    It 'gives no more than Select-Object wants, and leaves the rest going on' {
        $one = Start-KaDeployment s-[1-50] e -Force -Wait -WarningAction SilentlyContinue | Select-Object -First 1
        @($one).Count | Should -Be 1
        (Get-KaDeployment -Last 1 | Wait-KaDeployment).Results.Ok | Should -Be 50
    }

    Context 'jobs' {
        It 'gives a job that has the results' {
            $job = Start-KaDeployment job-[1-3] e -Force -AsJob
            $job | Should -BeOfType Kadeploy.PowerShell.Jobs.KaDeploymentJob
            $job | Should -BeOfType System.Management.Automation.Job2
            (Get-Job -Id $job.Id).Name | Should -Be (Get-KaDeployment -Last 1).Id.Value
            $r = $job | Receive-Job -Wait
            $r.Count | Should -Be 3
            $job.State | Should -Be 'Completed'
            $job | Remove-Job
            Get-Job | Where-Object Id -EQ $job.Id | Should -BeNullOrEmpty
        }

        It 'cancels the deployment when the job is stopped' {
            $frozen = Set-TestSession -Frozen
            try {
                $job = Start-KaDeployment job-[1-2] e -Force -AsJob
                $job | Stop-Job
                $job.State | Should -Be 'Stopped'
                (Get-KaDeployment -Last 1).State | Should -Be 'Cancelled'
                $r = $job | Receive-Job -ErrorAction SilentlyContinue -ErrorVariable failed
                $r.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Cancelled'
                $failed[0].CategoryInfo.Category | Should -Be 'OperationStopped'
                $job | Remove-Job
            }
            finally {
                Remove-TestSession $frozen
                Set-KaSession -Simulated -StateDirectory $state
            }
        }
    }

    Context 'completion' {
        It 'completes <Line> to <Expected>' -TestCases @(
            @{ Line = 'Start-KaDeployment -Breakpoint Broadc'; Expected = 'BroadcastEnv' }
            @{ Line = 'Start-KaDeployment -Breakpoint BroadcastEnv:Send'; Expected = 'BroadcastEnv:SendEnvironment' }
            @{ Line = 'Start-KaDeployment -ForceStep BootNewEnv'; Expected = "'BootNewEnv|Classical:0:0'" }
        ) {
            param($Line, $Expected)
            (Get-Completion $Line).CompletionText | Should -Contain $Expected
        }

        It 'completes nodes that were deployed before' {
            Start-KaDeployment tab-[1-3] e -Force -Wait | Out-Null
            $other = Get-KaSession
            Set-KaSession -Simulated -StateDirectory $state -Seed 77
            (Get-Completion 'Start-KaDeployment tab-').CompletionText | Should -Be 'tab-1', 'tab-2', 'tab-3'
            $other | Set-KaSession
        }

        It 'never throws where there is no state and no configuration' {
            Set-KaSession -StateDirectory (New-TestState)
            $line = 'Start-KaDeployment -Node nobody-'
            { TabExpansion2 $line $line.Length } | Should -Not -Throw
            Set-KaSession -Simulated -StateDirectory $state
        }
    }
}
