#!/usr/bin/env bash
# Renews the help texts in docs/command.md from the command itself. What stands before them is written by hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build src/Topaz.Cli -c Release -v q --nologo
topaz=src/Topaz.Cli/bin/Release/net10.0/topaz
page=docs/command.md
marker='<!-- From here on: docs/update-command.sh -->'
{
  sed "/$(printf '%s' "$marker" | sed 's/[/.]/\\&/g')/q" "$page"
  for verb in $("$topaz" --help | sed -n "s/^  \([a-z][a-z0-9_]*\) .*/\1/p"); do
    printf '\n## topaz %s\n\n```text\n' "$verb"
    "$topaz" "$verb" --help
    printf '```\n'
  done
} > "$page.new"
mv "$page.new" "$page"
