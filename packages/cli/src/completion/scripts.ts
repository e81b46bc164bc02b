import { allowedHint } from "../catalog/nearest.ts";
import { UsageError } from "../failure.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_pageturn() {
  local IFS=$'\\n'
  COMPREPLY=($(pageturn __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _pageturn pageturn
`,
  zsh: `#compdef pageturn
_pageturn() {
  local -a lines names
  local tab=$'\\t'
  lines=("\${(@f)$(pageturn __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  names=("\${(@)lines%%$tab*}")
  [[ -n "\${names[1]}" ]] && compadd -a names || _files
}
compdef _pageturn pageturn
`,
  fish: `function __pageturn_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (pageturn __complete -- $words[2..-1] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c pageturn -f -a '(__pageturn_complete)'
`,
};

/** The script for a shell. */
export function completionScript(shell: string): string {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script !== undefined) return script;
  throw new UsageError(`Cannot complete in ${shell}: ${allowedHint(shell, Object.keys(SCRIPTS))}`);
}
