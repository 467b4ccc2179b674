"""What each shell evaluates once. ``%(…)s`` are filled in by click; each asks `ccr` with the line so far."""

from __future__ import annotations

BASH = """\
# ccr: completion for bash. In ~/.bashrc:  eval "$(ccr completion bash)"
%(complete_func)s() {
    local response type value
    response=$(COMP_LINE="${COMP_LINE:0:$COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
        esac
    done <<< "$response"
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null \\
    || complete -F %(complete_func)s %(prog_name)s
"""

ZSH = """\
#compdef %(prog_name)s
# ccr: completion for zsh. In ~/.zshrc, after compinit:  eval "$(ccr completion zsh)"
%(complete_func)s() {
    local -a plain described response
    local type key descr
    (( ! $+commands[%(prog_name)s] )) && return 1
    local line="${(j: :)${(@)words[1,CURRENT]}}"
    response=("${(@f)$(COMP_LINE=$line %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type key descr in ${response}; do
        case $type in
            plain) if [[ $descr == _ ]]; then plain+=("$key"); else described+=("$key:$descr"); fi ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#plain )) && compadd -U -V unsorted -a plain
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

FISH = """\
# ccr: completion for fish. In ~/.config/fish/config.fish:  ccr completion fish | source
function %(complete_func)s
    set -l typed (commandline -cp | string collect)
    for line in (env COMP_LINE=$typed %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
        set -l parts (string split -m 1 "," -- $line)
        switch $parts[1]
            case plain
                echo $parts[2]
            case dir
                __fish_complete_directories (commandline -ct)
            case file
                __fish_complete_path (commandline -ct)
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

POWERSHELL = """\
# ccr: completion for PowerShell. In $PROFILE:  ccr completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName '%(prog_name)s' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.ToString().PadRight($cursorPosition).Substring(0, $cursorPosition)
    $env:COMP_LINE = $line
    $env:%(complete_var)s = 'powershell_complete'
    try {
        & '%(prog_name)s' 2>$null | ForEach-Object {
            $type, $value, $help = $_ -split "`t", 3
            if ($type -eq 'plain') {
                $shown = $value
                if ($value -match '[\\s,;''"(){}|&<>@#`$]') { $shown = "'" + $value.Replace("'", "''") + "'" }
                [System.Management.Automation.CompletionResult]::new($shown, $value, 'ParameterValue', $help)
            }
        }
    } finally {
        Remove-Item Env:COMP_LINE, Env:%(complete_var)s -ErrorAction SilentlyContinue
    }
}
"""
