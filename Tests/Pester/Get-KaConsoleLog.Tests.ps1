BeforeDiscovery { $noTerminal = -not ($IsLinux -and (Get-Command script -CommandType Application -ErrorAction Ignore)) }

BeforeAll {
    . $PSScriptRoot/Session.ps1
    . $PSScriptRoot/Terminal.ps1
}

Describe 'Get-KaConsoleLog' {
    BeforeAll {
        $folder = New-Item -ItemType Directory (New-TestState)
        $state = Join-Path $folder 'state'
        foreach ($name in 'lab-1', 'lab-2') {
            $null = New-Item -ItemType Directory (Join-Path $state "consoles/$name")
            [IO.File]::WriteAllText((Join-Path $state "consoles/$name/00000000000000000000.log"), "`e[1m$name`e[0m boots`r`n10 %`r20 %`r`n$name is up`r`n")
        }
        Set-KaSession -Simulated -StateDirectory $state
    }
    AfterAll {
        Set-KaSession -Default
        Remove-Item $folder -Recurse -Force
    }

    It 'gives lines as one would have seen them, with the node' {
        $lines = Get-KaConsoleLog lab-1
        $lines | Should -BeOfType string
        $lines | Should -Be 'lab-1 boots', '20 %', 'lab-1 is up'
        $lines.Node | ForEach-Object Value | Should -Be 'lab-1', 'lab-1', 'lab-1'
        $lines[0].Node | Should -BeOfType Kadeploy.NodeName
    }

    It 'takes nodes by <Name>' -TestCases @(
        @{ Name = 'range'; Script = { Get-KaConsoleLog lab-[1-2] -Tail 1 } }
        @{ Name = 'pipeline'; Script = { 'lab-1', 'lab-2' | Get-KaConsoleLog -Tail 1 } }
        @{ Name = 'property'; Script = { [pscustomobject]@{ ComputerName = 'lab-1' }, [pscustomobject]@{ Name = 'lab-2' } | Get-KaConsoleLog -Tail 1 } }
    ) {
        param($Script)
        & $Script | Should -Be 'lab-1 is up', 'lab-2 is up'
    }

    It 'gives the last lines only' {
        Get-KaConsoleLog lab-1 -Tail 2 | Should -Be '20 %', 'lab-1 is up'
        Get-KaConsoleLog lab-1 -Tail 0 | Should -BeNullOrEmpty
        { Get-KaConsoleLog lab-1 -Tail -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Get-KaConsoleLog lab-1 -Tail 1 -Raw } | Should -Throw -ErrorId 'AmbiguousParameterSet*'
    }

    It 'gives what came as it came' {
        $raw = Get-KaConsoleLog lab-1 -Raw
        @($raw).Count | Should -Be 1
        $raw | Should -Be "`e[1mlab-1`e[0m boots`r`n10 %`r20 %`r`nlab-1 is up`r`n"
        "$($raw.Node)" | Should -Be 'lab-1'
    }

    It 'follows what comes, of several nodes, until somebody has enough' {
        $file = Join-Path $state 'consoles/lab-2/00000000000000000000.log'
        $seen = Get-KaConsoleLog lab-[1-2] -Tail 1 -Wait | ForEach-Object {
            "$($_.Node): $_"
            if ("$_" -eq 'lab-2 is up') { [IO.File]::AppendAllText($file, "login: root`r`n") }
        } | Select-Object -First 3
        $seen | Sort-Object | Should -Be 'lab-1: lab-1 is up', 'lab-2: lab-2 is up', 'lab-2: login: root'
        Get-KaConsoleLog lab-2 -Raw -Wait | Select-Object -First 1 | Should -BeLike "*login: root`r`n"
    }

    It 'tells of a node of which nothing was kept, and goes on with the others' {
        $lines = Get-KaConsoleLog lab-9, lab-1 -Tail 1 -ErrorAction SilentlyContinue -ErrorVariable silent
        $lines | Should -Be 'lab-1 is up'
        $silent.Count | Should -Be 1
        $silent[0].FullyQualifiedErrorId | Should -Be 'KA1001,Kadeploy.PowerShell.Cmdlets.GetKaConsoleLog'
        "$($silent[0].TargetObject)" | Should -Be 'lab-9'
        @() | Get-KaConsoleLog | Should -BeNullOrEmpty
    }

    It 'gives what a node has printed while somebody used its console' -Skip:$noTerminal {
        $used = New-Item -ItemType Directory (Join-Path $folder 'used')
        $site = New-ConsoleSite $used
        $terminal = Start-Terminal "Set-KaSession -StateDirectory '$($site.StateDirectory)' -Configuration '$($site.Configuration)'`nEnter-KaConsole lab-1"
        try {
            Wait-Terminal $terminal 'this is lab-1' | Out-Null
            Send-Terminal $terminal "hello`n"
            Wait-Terminal $terminal 'lab-1 heard hello' | Out-Null
            Send-Terminal $terminal "`e`e`e`e"
            Wait-Terminal $terminal 'you have left' | Out-Null
        }
        finally { Stop-Terminal $terminal }
        Set-KaSession @site
        try {
            $lines = Get-KaConsoleLog lab-1
            $lines | Should -Contain 'this is lab-1'
            $lines | Should -Contain 'lab-1 heard hello'
            { Get-KaConsoleLog lab-2 -ErrorAction Stop } | Should -Throw '*nothing was kept yet of the console of lab-2*'
            Get-KaConsoleLog nobody -ErrorAction SilentlyContinue -ErrorVariable unknown
            "$unknown" | Should -BeLike "*'nobody' is not known; 'Get-KaNode' lists what is*"
        }
        finally { Set-KaSession -Simulated -StateDirectory $state }
    }
}
