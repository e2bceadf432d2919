BeforeDiscovery {
    $moduleFolder = $env:KADEPLOY_MODULE
    Import-Module (Join-Path $moduleFolder 'Kadeploy.psd1')
    $commands = (Get-Command -Module Kadeploy).Name | ForEach-Object { @{ Name = $_ } }
    $examples = foreach ($command in (Get-Command -Module Kadeploy).Name) {
        $number = 0
        foreach ($example in (Get-Help $command -Full).Examples.Example) { @{ Name = $command; Number = ++$number; Code = $example.Code } }
    }
    $topics = Get-ChildItem (Join-Path $moduleFolder 'en-US') -Filter 'about_*' | ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$' } }
}

BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-Help <Name>' -ForEach $commands {
    It 'shows synopsis, description, examples, inputs and outputs' {
        $help = Get-Help $Name -Full
        $help.Name | Should -Be $Name
        $help.Synopsis | Should -Match '\.$'
        $help.Description.Text | Should -Not -BeNullOrEmpty
        @($help.Examples.Example).Count | Should -BeGreaterOrEqual 3
        $help.ReturnValues.ReturnValue.Type.Name | Should -Not -BeNullOrEmpty
    }

    It 'describes every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            (Get-Help $Name -Parameter $parameter).Description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter"
        }
    }
}

Describe 'Example <Number> of <Name>' -ForEach $examples {
    It 'parses, and every command of ours in it binds' {
        $tokens = $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $tokens, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $ours = $ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and "$($node.GetCommandName())" -like '*-Ka*' }, $true)
        @($ours).Count | Should -BeGreaterThan 0
        foreach ($command in $ours) {
            $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command, $true)
            $bound.BindingExceptions.Values | ForEach-Object { $_.BindingException.Message } | Should -BeNullOrEmpty -Because $command.Extent.Text
        }
    }
}

Describe 'Topics' {
    It 'has <Topic>' -TestCases $topics {
        param($Topic)
        Get-Help $Topic | Out-String | Should -BeLike "*$Topic*"
    }
}

Describe 'Examples that need no machine' {
    BeforeAll {
        $state = New-TestState
        $env:XDG_STATE_HOME, $before = $state, $env:XDG_STATE_HOME
    }
    AfterAll {
        $env:XDG_STATE_HOME = $before
        Set-KaSession -Default
        Remove-Item $state -Recurse -Force -ErrorAction SilentlyContinue
    }

    It 'runs the first one of <Name>' -TestCases @(
        @{ Name = 'Start-KaDeployment'; Type = 'Kadeploy.NodeResult' }
        @{ Name = 'Test-KaDeployment'; Type = 'Kadeploy.PlanCheck' }
        @{ Name = 'Get-KaDeployment'; Type = 'Kadeploy.Operation' }
        @{ Name = 'Get-KaSession'; Type = 'Kadeploy.KaSession' }
        @{ Name = 'Watch-KaDeployment'; Type = 'Kadeploy.OperationEvent' }
        @{ Name = 'Receive-KaDeployment'; Type = $null }
    ) {
        param($Name, $Type)
        $made = & ([scriptblock]::Create(@((Get-Help $Name -Full).Examples.Example)[0].Code))
        $made | Should -Not -BeNullOrEmpty
        if ($Type) { $made | Should -BeOfType $Type }
    }
}
