BeforeDiscovery { $noTerminal = -not $IsLinux -or ('script', 'stty' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }) }

BeforeAll {
    . $PSScriptRoot/Session.ps1
    . $PSScriptRoot/Terminal.ps1
    $leave = "`e`e`e`e"
}

Describe 'Enter-KaConsole' {
    Context 'without a terminal' {
        BeforeAll { $state = Set-TestSession }
        AfterAll { Remove-TestSession $state }

        It 'says what else there is, and starts nothing' {
            { Enter-KaConsole lab-1 } | Should -Throw '*this host has none*-ReadOnly*Get-KaConsoleLog*' -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.EnterKaConsole'
            @(Get-KaDeployment -Kind Console).Count | Should -Be 0
        }

        It 'shows one console, and says so for several, however they come' {
            { Enter-KaConsole lab-[1-2] -ReadOnly } | Should -Throw '*one console at a time*lab-`[1-2`]*'
            { 'lab-1', 'lab-2' | Enter-KaConsole -ReadOnly } | Should -Throw '*one console at a time*'
            { [pscustomobject]@{ ComputerName = 'lab-1' }, [pscustomobject]@{ ComputerName = 'lab-2' } | Enter-KaConsole -ReadOnly } | Should -Throw '*one console at a time*'
            @() | Enter-KaConsole -ReadOnly | Should -BeNullOrEmpty
        }

        It 'lists all that is wrong' {
            { Enter-KaConsole lab-1 -ReadOnly -Force -EscapeKey '^' } | Should -Throw "*-Force takes the keyboard*'^' is not keys*"
        }

        It 'refuses a node that is not there, with its code' {
            { Enter-KaConsole lab-1 -ReadOnly } | Should -Throw -ErrorId 'KA*,Kadeploy.PowerShell.Cmdlets.EnterKaConsole'
        }
    }

    Context 'on machines' -Skip:$noTerminal {
        BeforeAll {
            $folder = New-Item -ItemType Directory (New-TestState)
            $site = New-ConsoleSite $folder
            Set-KaSession @site
            $use = "Set-KaSession -StateDirectory '$($site.StateDirectory)' -Configuration '$($site.Configuration)'"
        }
        AfterAll {
            Set-KaSession -Default
            Remove-Item $folder -Recurse -Force
        }

        It 'lets keys reach the node and its output the screen, and gives the terminal back with the keys that come next' {
            $terminal = Start-Terminal @"
$use
`$before = stty -a
Enter-KaConsole lab-1
`$after = stty -a
"same=`$("`$before" -eq "`$after")"
"next=`$([Console]::ReadKey(`$true).KeyChar)"
"line=`$(Read-Host)"
"@
            try {
                Wait-Terminal $terminal 'this is the console of lab-1; ^[^[^[^[ leaves it' | Out-Null
                Wait-Terminal $terminal "this is lab-1`r`n" | Out-Null
                Send-Terminal $terminal "hello`n"
                Wait-Terminal $terminal "lab-1 heard hello`r`n" | Should -Not -BeLike '*hello*hello*' -Because 'nothing is echoed by the terminal'
                Send-Terminal $terminal "$($leave)x"
                Wait-Terminal $terminal 'you have left the console of lab-1' | Out-Null
                Wait-Terminal $terminal 'same=True' | Out-Null
                Wait-Terminal $terminal 'next=x' | Out-Null
                Send-Terminal $terminal "words`r"
                Wait-Terminal $terminal 'line=words' | Out-Null
            }
            finally { Stop-Terminal $terminal }
            (Get-KaDeployment -Kind Console -Last 1).Results.Ok | Should -Be 1
        }

        It 'goes on after each visit, as often as one likes' {
            $terminal = Start-Terminal "$use`nforeach (`$i in 1..5) { Enter-KaConsole lab-2; `"key`$i=`$([Console]::ReadKey(`$true).KeyChar)`" }"
            try {
                foreach ($i in 1..5) {
                    Wait-Terminal $terminal 'this is lab-2' | Out-Null
                    Send-Terminal $terminal "$leave$i"
                    Wait-Terminal $terminal "key$i=$i" | Out-Null
                }
            }
            finally { Stop-Terminal $terminal }
        }

        It 'is shared: a second user is refused, or looks on, or takes the keyboard' {
            $first = Start-Terminal "$use`nEnter-KaConsole lab-3 -EscapeKey '~.'"
            $second = $third = $null
            try {
                Wait-Terminal $first 'this is the console of lab-3; ~. at the beginning of a line leaves it' | Out-Null
                Wait-Terminal $first 'this is lab-3' | Out-Null
                $second = Start-Terminal "$use`nEnter-KaConsole lab-3 -ErrorVariable refused -ErrorAction SilentlyContinue`n`"id=`$(`$refused[0].FullyQualifiedErrorId)`"`nEnter-KaConsole lab-3 -ReadOnly"
                Wait-Terminal $second 'id=KA2602,Kadeploy.PowerShell.Cmdlets.EnterKaConsole' | Out-Null
                Wait-Terminal $second 'you look at the console of lab-3; Ctrl-C leaves it' | Out-Null
                Wait-Terminal $second 'this is lab-3' | Out-Null
                Send-Terminal $first "one`n"
                Wait-Terminal $second 'lab-3 heard one' | Out-Null
                $third = Start-Terminal "$use`nEnter-KaConsole lab-3 -Force"
                Wait-Terminal $first 'you have left the console of lab-3' | Should -BeLike '*taken*'
                # The first one held the line, and has ended: what is typed before another has taken it up is lost.
                foreach ($each in $second, $third) { Wait-Terminal $each 'the line is up again' | Out-Null }
                Send-Terminal $third "two`n"
                Wait-Terminal $second 'lab-3 heard two' | Out-Null
                Send-Terminal $second "`u{3}"
                $second.Process.WaitForExit(60000) | Should -BeTrue -Because 'Ctrl-C ends looking on'
                Send-Terminal $third $leave
                Wait-Terminal $third 'you have left' | Out-Null
            }
            finally { $first, $second, $third | Where-Object { $_ } | ForEach-Object { Stop-Terminal $_ } }
        }

        It 'takes a node of the pipeline, and shows what comes through any host when one looks on' {
            $shell = [powershell]::Create()
            $answering = [AnsweringHost]::new(0)
            $shell.Runspace = [runspacefactory]::CreateRunspace($answering)
            $shell.Runspace.Open()
            try {
                $null = $shell.AddScript("Set-StrictMode -Version Latest; Import-Module '$moduleFolder/Kadeploy.psd1'; $use").Invoke()
                $shell.Commands.Clear()
                $running = $shell.AddScript("Get-KaNode lab-1 | Enter-KaConsole -ReadOnly").BeginInvoke()
                foreach ($try in 1..600) {
                    if ($answering.Written -match 'this is lab-1') { break }
                    $null = $running.AsyncWaitHandle.WaitOne(100)
                }
                $answering.Written | Should -BeLike "*you look at the console of lab-1; Ctrl-C leaves it*this is lab-1*"
                $shell.Stop()
                $shell.Streams.Error | Should -BeNullOrEmpty
            }
            finally {
                $shell.Runspace.Dispose()
                $shell.Dispose()
            }
            (Get-KaDeployment -Kind Console -Last 1).State | Should -Not -Be 'Running'
        }
    }
}
