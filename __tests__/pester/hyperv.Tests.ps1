# The script of the driver hyperv, with functions in the place of what changes Windows. The same requests
# and answers are those of __tests__/unit/machines/hyperv/questions.test.ts.
# Invoke-Pester __tests__/pester (Pester 5, Windows PowerShell 5.1)

BeforeDiscovery {
    $fixture = Join-Path $PSScriptRoot '../fixtures/hyperv/exchanges.json'
    $text = [System.IO.File]::ReadAllText((Resolve-Path $fixture), [System.Text.Encoding]::UTF8)
    $Exchanges = @(ConvertFrom-Json $text | ForEach-Object { $_ } | ForEach-Object {
            @{ Action = $_.action; Request = $_.request; Answer = $_.answer; Cmdlets = @($_.cmdlets) }
        })
    $script = (Resolve-Path (Join-Path $PSScriptRoot '../../src/machines/hyperv/hyperv.ps1')).Path
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($script, [ref] $null, [ref] $null)
    $calls = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
    $Used = @($calls | Where-Object { $_.GetCommandName() -match '^\w+-(VM|VHD|Net|Dns)' } | ForEach-Object {
            $command = $_
            $words = $command.CommandElements |
                Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
            @{ Name = $command.GetCommandName(); Parameters = @($words | ForEach-Object { $_.ParameterName }) }
        })
}

Describe 'what the script asks of Windows' {
    It 'is a script without errors' {
        $path = (Resolve-Path (Join-Path $PSScriptRoot '../../src/machines/hyperv/hyperv.ps1')).Path
        $errors = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
    }

    It 'is known to it: <Name> <Parameters>' -ForEach $Used {
        # The real one: nothing stands in its place yet.
        $command = Get-Command -Name $Name -CommandType 'Cmdlet', 'Function'
        foreach ($parameter in $Parameters) { $command.Parameters.Keys | Should -Contain $parameter }
    }
}

Describe 'an action' {
    BeforeAll {
        . (Join-Path $PSScriptRoot '../../src/machines/hyperv/hyperv.ps1')

        $running = [pscustomobject] @{
            Id = [guid] '11111111-1111-4111-8111-111111111111'; Name = 'su-4711-shop-1'; State = 'Running'
            Notes = '{"swarm-up.cluster":"shop"}'; Path = 'C:\state\shop\su-4711-shop-1'
        }
        $other = [pscustomobject] @{
            Id = [guid] '44444444-4444-4444-8444-444444444444'; Name = 'theirs'; State = 'Off'
            Notes = ''; Path = 'C:\theirs'
        }
        $ownSwitch = [pscustomobject] @{
            Id = [guid] '22222222-2222-4222-8222-222222222222'; Name = 'su-4711-shop'; Notes = "gr$([char] 0xf6)$([char] 0xdf)er"
        }
        $isThere = @{ machine = $true; all = $false }
        $done = New-Object System.Collections.ArrayList
        $given = @{}

        function Add-Done([string] $Name, $Bound) {
            $null = $done.Add($Name)
            $given[$Name] = $Bound
            if ($Name -eq $failing) { throw "$Name failed" }
        }
        $failing = ''
        $rights = @{ administrator = $true; hyperVAdministrator = $false }

        # What only asks.
        function Get-Rights { $rights }
        function Get-Command { 'New-VM' }
        function Get-Service { [pscustomobject] @{ Status = 'Running' } }
        function Get-CimInstance { [pscustomobject] @{ HypervisorPresent = $true } }
        function Get-VM { if ($isThere.machine) { $running }; $other }
        function Get-VMSwitch {
            if ($isThere.all) { [pscustomobject] @{ Id = [guid]::Empty; Name = 'Default Switch'; Notes = '' } }
            else { $ownSwitch }
        }
        function Get-NetNat {
            if ($isThere.all) { [pscustomobject] @{ Name = 'nat'; InternalIPInterfaceAddressPrefix = '' } }
            else { [pscustomobject] @{ Name = 'su-4711-shop'; InternalIPInterfaceAddressPrefix = '10.130.7.0/24' } }
        }
        function Get-NetIPAddress { }
        function Get-NetNeighbor { [pscustomobject] @{ IPAddress = '172.20.0.7' } }
        function Get-DnsClientServerAddress { [pscustomobject] @{ ServerAddresses = @('10.0.0.53', '10.0.0.53') } }
        function Get-VMNetworkAdapter { [pscustomobject] @{ IPAddresses = @('fe80::1', '169.254.3.4') } }
        function Get-VMDvdDrive($VM) { if ($VM.Name -eq 'su-4711-shop-1') { [pscustomobject] @{ Path = 'seed.iso' } } }
        function Get-Item { [pscustomobject] @{ Attributes = [System.IO.FileAttributes]::Normal; FullName = 'x' } }
        $disk = @{ VhdType = 'Dynamic'; Size = [long] 3221225472 }
        function Get-VHD { [pscustomobject] $disk }

        # What changes something.
        function Convert-VHD { Add-Done 'Convert-VHD' $args }
        function New-VMSwitch { Add-Done 'New-VMSwitch' $args }
        function New-NetIPAddress { Add-Done 'New-NetIPAddress' $args }
        function New-NetNat { Add-Done 'New-NetNat' $args }
        function Remove-NetNat { Add-Done 'Remove-NetNat' $args }
        function Remove-VMSwitch { Add-Done 'Remove-VMSwitch' $args }
        function New-VHD { Add-Done 'New-VHD' $args }
        function Resize-VHD { Add-Done 'Resize-VHD' $args }
        function New-VM {
            Add-Done 'New-VM' $args
            [pscustomobject] @{ Id = [guid] '33333333-3333-4333-8333-333333333333'; Name = 'su-4711-shop-2' }
        }
        function Set-VM { Add-Done 'Set-VM' $args }
        function Set-VMNetworkAdapter { Add-Done 'Set-VMNetworkAdapter' $args }
        function Add-VMHardDiskDrive { Add-Done 'Add-VMHardDiskDrive' $args; 'drive' }
        function Add-VMDvdDrive { Add-Done 'Add-VMDvdDrive' $args }
        function Set-VMDvdDrive { Add-Done 'Set-VMDvdDrive' $args }
        function Set-VMFirmware { Add-Done 'Set-VMFirmware' $args }
        function Set-VMComPort { Add-Done 'Set-VMComPort' $args }
        function Start-VM { Add-Done 'Start-VM' $args }
        function Stop-VM { Add-Done 'Stop-VM' $args }
        function Remove-VM { Add-Done 'Remove-VM' $args }
        function Set-VMSwitch { Add-Done 'Set-VMSwitch' $args }

        function Get-ReplyTo([string] $Action, $Request) {
            Get-Reply $Action (ConvertTo-Json -InputObject $Request -Compress -Depth 5)
        }
    }

    BeforeEach {
        $done.Clear()
        $given.Clear()
        $failing = ''
        $isThere.machine = $true
        $isThere.all = $false
        $rights.administrator = $true
        $disk.VhdType = 'Dynamic'
    }

    It 'answers, and has done what it is for: <Action>' -ForEach $Exchanges {
        $isThere.all = $Action -eq 'check'
        $reply = Get-ReplyTo $Action $Request
        $reply.exitCode | Should -Be 0 -Because $reply.line
        $reply.line | Should -Match '^[\x20-\x7e]*$'
        $expected = ConvertTo-Json -InputObject $Answer -Compress -Depth 5
        $sorted = { param($json) ($json -replace '[{}\[\]]', '' -split ',' | Sort-Object) -join ',' }
        $read = ConvertTo-Json -InputObject (ConvertFrom-Json $reply.line) -Compress -Depth 5
        & $sorted $read | Should -Be (& $sorted $expected)
        ($done -join ' ') | Should -Be ($Cmdlets -join ' ')
    }

    It 'hands a value on as it is, whatever it looks like' {
        $text = '$(Stop-Computer); ''x'' "y" `z'
        $request = @{
            name = 'su-4711-shop-2'; notes = '{}'; folder = 'C:\f'; disk = 'C:\d'; base = 'C:\b'; seed = 'C:\s'
            generation = 2; cpus = 2; memory = 2147483648; diskBytes = 21474836480; switch = $text; mac = '525400AABBCC'
            console = '\\.\pipe\x'
        }
        (Get-ReplyTo 'create-machine' $request).exitCode | Should -Be 0
        $given['New-VM'] | Should -Contain $text
    }

    It 'says what has failed, with an id, and exit code 1' {
        $failing = 'Start-VM'
        $reply = Get-ReplyTo 'start-machine' @{ id = '11111111-1111-4111-8111-111111111111' }
        $reply.exitCode | Should -Be 1
        $problem = (ConvertFrom-Json $reply.line).error
        $problem.message | Should -Be 'Start-VM failed'
        $problem.id | Should -Not -BeNullOrEmpty
        $problem.category | Should -Not -BeNullOrEmpty
    }

    It 'lists nothing to somebody who may not see it' {
        $rights.administrator = $false
        $reply = Get-ReplyTo 'look' @{}
        $reply.exitCode | Should -Be 1
        (ConvertFrom-Json $reply.line).error.id | Should -BeLike 'SwarmUp.NoRights*'
        (ConvertFrom-Json $reply.line).error.category | Should -Be 'PermissionDenied'
    }

    It 'refuses a disk that builds on another, before it converts it' {
        $disk.VhdType = 'Differencing'
        $reply = Get-ReplyTo 'convert-disk' @{ from = 'C:\a.vhd'; to = 'C:\b.vhdx' }
        (ConvertFrom-Json $reply.line).error.id | Should -BeLike 'SwarmUp.Differencing*'
        $done | Should -BeNullOrEmpty
    }

    It 'takes a machine that is gone for removed' {
        $isThere.machine = $false
        $reply = Get-ReplyTo 'remove-machine' @{ id = '11111111-1111-4111-8111-111111111111' }
        $reply.exitCode | Should -Be 0
        $done | Should -BeNullOrEmpty
    }

    It 'does not take a machine for removed that stays' {
        $failing = 'Remove-VM'
        $reply = Get-ReplyTo 'remove-machine' @{ id = '11111111-1111-4111-8111-111111111111' }
        $reply.exitCode | Should -Be 1
    }

    It 'makes nothing of a network that is there already' {
        $request = @{ name = 'su-4711-shop'; notes = '{}'; address = '10.130.7.1'; prefixLength = 24; network = '10.130.7.0/24' }
        (Get-ReplyTo 'create-network' $request).exitCode | Should -Be 0
        ($done -join ' ') | Should -Be 'New-NetIPAddress'
    }

    It 'is refused if nobody knows it' {
        (ConvertFrom-Json (Get-ReplyTo 'format' @{}).line).error.id | Should -BeLike 'SwarmUp.NoAction*'
    }
}

Describe 'the script as the driver calls it' {
    It 'reads a request from standard input, and gives one line' {
        $path = (Resolve-Path (Join-Path $PSScriptRoot '../../src/machines/hyperv/hyperv.ps1')).Path
        $flags = '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $path
        $lines = @('{"id":"gr\u00f6\u00dfer"}' | & powershell.exe @flags 'no-such-action')
        $LASTEXITCODE | Should -Be 1
        $lines.Count | Should -Be 1
        (ConvertFrom-Json $lines[0]).error.id | Should -BeLike 'SwarmUp.NoAction*'
    }
}
